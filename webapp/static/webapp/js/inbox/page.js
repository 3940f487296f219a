// What others wrote or decided about tiles of this person, and gave them to label; once shown, it counts as seen.
import { byId, element } from "../lib/dom.js";
import { ago } from "../lib/format.js";
import { get, post } from "../lib/request.js";
import { urls } from "../ui/shell.js";
import { brokenState, emptyState } from "../ui/states.js";
import { showUnread } from "../ui/unread.js";

const KINDS = { comment: "wrote", flag: "⚑ asks for a look", review: "reviewed", assignment: "assigned to you" };

async function load() {
  const [inbox, error] = await get(urls.get("api:inbox"), { quiet: true });
  if (error) return byId("items").replaceChildren(brokenState(error, load));
  const empty = emptyState(
    "Nothing yet",
    "Comments on your tiles, reviews of your labels and tiles that are assigned to you come here.",
  );
  byId("items").replaceChildren(
    inbox.items.length ? element("ul", { class: "comments inner" }, inbox.items.map(row)) : empty,
  );
  if (!inbox.unread) return;
  await post(urls.get("api:inbox-seen"), {}, { quiet: true });
  showUnread(0);
}

function row({ kind, who, text, at, project, project_name: name, sample, index, new: fresh }) {
  const href = urls.get("label", project, sample ? { sample } : {});
  return element(
    "li",
    { class: kind },
    element(
      "header",
      {},
      element("b", {}, who),
      element("span", { class: "muted" }, KINDS[kind]),
      fresh && element("span", { class: "tag new" }, "New"),
      element("a", { href }, sample ? `${name}, tile ${index}` : `${name}: label them`),
      element("span", { class: "faint" }, ago(at)),
    ),
    element("div", {}, text),
  );
}

load();
