// The flags that nobody settled: what was written, and of which tile.
import { byId, element } from "../lib/dom.js";
import { ago } from "../lib/format.js";
import { get } from "../lib/request.js";
import { urls } from "../ui/shell.js";

export async function showFlags(project, linkOf) {
  const [answer] = await get(urls.get("api:flag-list", project), { quiet: true });
  const rows = answer?.results ?? [];
  byId("flags").hidden = rows.length === 0;
  byId("flagged").replaceChildren(...rows.map((row) => flagRow(row, linkOf)));
}

function flagRow({ author, told_by: told, text, sample, index, created_at: at }, linkOf) {
  const title = `Tile ${index}`;
  const href = linkOf(sample);
  const head = [
    element("b", {}, told ? `${told} (imported)` : author),
    href ? element("a", { href }, title) : title,
    element("span", { class: "faint" }, ago(at)),
  ];
  return element("li", { class: "flag" }, element("header", {}, head), element("div", {}, text));
}
