// The items of an import with one fate, the first of them and then more.
import { element, headings } from "../lib/dom.js";
import { percent } from "../lib/format.js";

const AT_ONCE = 50;

export async function itemList(row, fate, { items }) {
  const body = element("tbody");
  const more = element("button", { type: "button", class: "quiet", hidden: true }, "Show more");
  let page = 0;
  const load = async () => {
    page += 1;
    const [data] = await items(row, { fate, page_size: AT_ONCE, page });
    body.append(...(data?.results ?? []).map(line));
    more.hidden = !data?.next;
  };
  more.addEventListener("click", load);
  await load();
  const head = headings(["Item", "Tile", "Share", "Why"]);
  return element("div", {}, element("table", {}, element("thead", {}, element("tr", {}, head)), body), more);
}

function line({ at, sample, share, message, comment, source }) {
  const said = comment ? `${comment} ` : "";
  const author = source.author ? `${comment ? "written" : "said"} by ${source.author}` : "";
  return element(
    "tr",
    {},
    element("td", {}, at),
    element("td", { class: "number" }, sample === null ? "" : String(sample)),
    element("td", { class: "number" }, share === null ? "" : percent(share)),
    element("td", {}, said + (message || author)),
  );
}
