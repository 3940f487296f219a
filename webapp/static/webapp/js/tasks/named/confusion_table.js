// The table of what the model takes for what: counts, with each row's shares as the strength of one colour.
import { element } from "../../lib/dom.js";
import { amount, percent } from "../../lib/format.js";
import { shares } from "../../state/insights.js";

const OF_MODEL = { down: "people", across: "model", unit: "audit" };

// classes in the order of the rows; words say who speaks down and across, and what is counted; onCell({ row, column }) or null: a cell with tiles can be opened.
export function confusionTable(classes, counts, { onCell, tilesOf, words = OF_MODEL }) {
  const { down, across, unit } = words;
  const parts = shares(counts);
  return element(
    "table",
    { class: "confusion" },
    element("caption", { class: "hidden-text" }, `Rows: ${down}. Columns: ${across}.`),
    element("thead", {}, headings(classes, words)),
    element(
      "tbody",
      {},
      classes.map((item, row) =>
        element(
          "tr",
          {},
          element("th", { scope: "row" }, swatch(item), element("span", {}, item.name)),
          classes.map((other, column) => {
            const said = unit === "audit" ? `the model says ${other.name}` : `${across}: ${other.name}`;
            const told = `${amount(counts[row][column], unit)} of ${item.name}: ${said}`;
            const open = onCell && tilesOf(row, column).length > 0 ? () => onCell({ row, column }) : null;
            return cell(counts[row][column], parts[row][column], { words: told, right: row === column, open });
          }),
        ),
      ),
    ),
  );
}

function headings(classes, { down, across }) {
  const corner = element("td", { class: "faint" }, `${down} ↓ ${across} →`);
  return element("tr", {}, corner, classes.map(heading));
}

function heading({ name, hotkey, code, colour }) {
  const mark = element("i", { class: "swatch", style: { "--colour": colour } });
  return element("th", { scope: "col", title: name, "aria-label": name }, mark, element("kbd", {}, hotkey || code));
}

function cell(value, share, { words, right, open }) {
  const content = value
    ? [element("b", {}, amount(value)), element("small", {}, percent(share))]
    : [element("span", { class: "faint" }, "·")];
  const style = { "--share": share.toFixed(3) };
  const kind = [right ? "right" : "", share > 0.55 ? "strong" : ""].join(" ").trim();
  const inner = open
    ? element("button", { type: "button", class: "quiet", title: words, "aria-label": words, onclick: open }, content)
    : content;
  return element("td", { class: kind || null, style, title: words }, inner);
}

function swatch({ colour }) {
  return element("i", { class: "swatch", style: { "--colour": colour } });
}
