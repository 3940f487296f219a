// The tokens of whoever is logged in: make one, see it once, revoke it.
import { byId, element } from "../lib/dom.js";
import { get, post, remove } from "../lib/request.js";
import { ask, openDialog } from "../ui/dialog.js";
import { urls } from "../ui/shell.js";
import { brokenState, emptyState } from "../ui/states.js";
import { toast } from "../ui/toast.js";
import { tokenTable } from "./token_table.js";

const form = byId("new-token");

async function load() {
  const [page, error] = await get(urls.get("api:token-list", { page_size: 1000 }), { quiet: true });
  if (error) return byId("tokens").replaceChildren(brokenState(error, load));
  const empty = emptyState("No tokens yet", "Make one for each program, so that you can revoke it alone.");
  byId("tokens").replaceChildren(page.results.length ? tokenTable(page.results, revoke) : empty);
}

async function make() {
  const { name, scope, days } = Object.fromEntries(new FormData(form));
  const [made, error] = await post(urls.get("api:token-list"), { name, scope, days: Number(days) });
  if (error) return;
  form.elements.name.value = "";
  showOnce(made);
  load();
}

// The key is on the page only while this is open.
function showOnce({ name, token }) {
  const key = element("input", { type: "text", class: "secret", readonly: true, value: token, "aria-label": "Token" });
  key.addEventListener("focus", () => key.select());
  const copy = async () => {
    key.focus();
    try {
      await navigator.clipboard.writeText(token);
      toast("Copied.");
    } catch {
      toast("The browser does not let the page copy: it is selected, press Ctrl+C.");
    }
  };
  const dialog = openDialog(`Token ${name}`, [
    element("p", {}, "Copy it now and keep it like a password: it is not shown again."),
    key,
    element(
      "div",
      { class: "actions" },
      element("button", { type: "button", onclick: () => dialog.close() }, "Done"),
      element("button", { type: "button", class: "primary", autofocus: true, onclick: copy }, "Copy"),
    ),
  ]);
}

async function revoke(token) {
  const text = "Whatever uses it is shut out at once, and it cannot be had back.";
  if (!(await ask(`Revoke ${token.name}?`, text, { yes: "Revoke", danger: true }))) return;
  const [, error] = await remove(urls.get("api:token-detail", token.id));
  if (!error) toast("Revoked.");
  load();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  make();
});
load();
