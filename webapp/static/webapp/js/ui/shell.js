// The shell of every page: theme switch, key overlay, messages of failed requests. Exports `urls` and `keys`.
import { byId, pageData } from "../lib/dom.js";
import { Keys } from "../lib/keys.js";
import { failures, get, put } from "../lib/request.js";
import { Urls } from "../lib/urls.js";
import { keyboard } from "../state/keyboard.js";
import { showKeyCaps } from "./key_cap.js";
import { later } from "./later.js";
import { PageMenu } from "./page_menu.js";
import { toast } from "./toast.js";
import { showUnread } from "./unread.js";

export const urls = new Urls(pageData("urls") ?? {});
export const keys = new Keys(globalThis.window, keyboard);

failures.on("error", (error) => toast(error.message, { kind: "bad" }));

showKeyCaps();
keyboard.on("change", (chosen) => {
  showKeyCaps();
  put(urls.get("api:keyboard"), { keys: chosen });
});
// tour(): begins the guided tour of the label page, where there is one
export const help = { tour: labelsHere() };

function labelsHere() {
  const { project, may } = pageData() ?? {};
  return project && may?.label ? () => location.assign(urls.get("label", project.id, { tour: 1 })) : null;
}

const keyList = later(
  () => import("./key_list.js"),
  ({ showKeys }) => showKeys,
);
const showKeys = () => keyList((show) => show(keys, help));
keys.bind("?", "Show the keys", showKeys, { group: "Everywhere" });
byId("help").hidden = false;
byId("help").addEventListener("click", showKeys);

byId("theme").addEventListener("click", () => {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  try {
    localStorage.setItem("theme", root.dataset.theme);
  } catch {
    // Storage may be forbidden: the choice then lasts as long as the page.
  }
});

if (byId("unread") && pageData("urls")) {
  get(urls.get("api:inbox"), { quiet: true }).then(([inbox]) => showUnread(inbox?.unread ?? 0));
}

const tabs = document.querySelector(".bar > nav");
if (tabs) new PageMenu(tabs);

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
