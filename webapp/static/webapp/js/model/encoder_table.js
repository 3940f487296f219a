// Encoders beside each other on the same held-out labels: how right, how different from the present one, and why.
import { element, headings } from "../lib/dom.js";
import { count, percent } from "../lib/format.js";
import { middleOf } from "../lib/interval.js";
import { points } from "../state/improvement.js";

// result: of the newest comparison; onUse(row) or null for people who may not.
export function encoderTable(result, present, onUse) {
  return element(
    "div",
    { class: "inner stack" },
    element("p", {}, result.reason),
    element(
      "table",
      {},
      element("thead", {}, element("tr", {}, headings(["Encoder", "Right on", "Against the best", ""]))),
      element(
        "tbody",
        {},
        result.rows.map((row) => encoderRow(row, present, onUse)),
      ),
    ),
    element(
      "p",
      { class: "faint" },
      `On ${count(result.labels, "label")}, held out in ${result.splits} splits (${result.grouping}), the light head on each encoder. Intervals are 95%. Audits took no part.`,
    ),
  );
}

function encoderRow(row, present, onUse) {
  const { accuracy, difference } = row;
  const used = row.key === present;
  return element(
    "tr",
    { class: row.best ? "best" : null },
    element("td", {}, row.title, row.best && element("span", { class: "tag done" }, "best")),
    element("td", { class: "number" }, percent(accuracy)),
    element(
      "td",
      { class: "number" },
      difference ? [points(middleOf(difference)), range(points(difference.low), points(difference.high))] : "–",
    ),
    element("td", {}, used ? element("span", { class: "tag" }, "in use") : onUse && use(row, onUse)),
  );
}

function range(low, high) {
  return element("small", { class: "faint" }, ` ${low} to ${high}`);
}

function use(row, onUse) {
  const kind = row.best ? "primary" : null;
  const title = `Use ${row.title}`;
  return element("button", { type: "button", class: kind, title, onclick: () => onUse(row) }, "Use this");
}
