// Scores by class: each a dot with its interval on a scale from 0 to 100%.
import { element, svg } from "../lib/dom.js";
import { percent } from "../lib/format.js";

const NAMES = {
  recall: ["Found", "Of the tiles of this class, the share that the model names so (recall)"],
  precision: ["Right", "Of the tiles that the model names so, the share that is of this class (precision)"],
  f1: ["F1", "Both in one figure: their harmonic mean"],
};
const SIZE = { width: 78, height: 16, edge: 4 };

export function scoreTable(classes, scores) {
  return element(
    "table",
    { class: "scores" },
    element(
      "thead",
      {},
      element(
        "tr",
        {},
        element("th", { scope: "col" }, "Class"),
        Object.values(NAMES).map(([name, title]) => element("th", { scope: "col", title }, name)),
        element("th", { scope: "col", class: "number" }, "Audits"),
      ),
    ),
    element(
      "tbody",
      {},
      classes.map((item, at) => scoreRow(item, scores[at])),
    ),
  );
}

function scoreRow({ name, colour }, score) {
  return element(
    "tr",
    {},
    element(
      "th",
      { scope: "row" },
      element("i", { class: "swatch", style: { "--colour": colour } }),
      element("span", {}, name),
    ),
    Object.keys(NAMES).map((key) => element("td", {}, range(score[key]))),
    element("td", { class: "number" }, String(score.audits)),
  );
}

function range(estimate) {
  if (!estimate) return element("span", { class: "faint" }, "no audit yet");
  const { value, low, high } = estimate;
  const words = `${percent(value)}, between ${percent(low)} and ${percent(high)}`;
  return element("span", { class: "range", title: words }, picture(estimate, words), element("b", {}, percent(value)));
}

function picture({ value, low, high }, words) {
  const x = (share) => SIZE.edge + share * (SIZE.width - 2 * SIZE.edge);
  const middle = SIZE.height / 2;
  return svg(
    "svg",
    {
      viewBox: `0 0 ${SIZE.width} ${SIZE.height}`,
      width: SIZE.width,
      height: SIZE.height,
      role: "img",
      "aria-label": words,
    },
    svg("line", { class: "scale", x1: x(0), x2: x(1), y1: middle, y2: middle }),
    svg("line", { class: "interval", x1: x(low), x2: x(high), y1: middle, y2: middle }),
    svg("circle", { class: "dot", cx: x(value), cy: middle, r: 3.4 }),
  );
}
