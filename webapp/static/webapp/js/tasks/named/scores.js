// Scores by class: each a dot with its interval on a scale from 0 to 100%.
import { element, svg } from "../../lib/dom.js";
import { percent } from "../../lib/format.js";

const SIZE = { height: 16, edge: 4 };
const WIDE = 78;
const NARROW = 46;

// figures: { key of an interval in a score: [heading, what it means] }; heading: what a row is
export function scoreTable(classes, scores, figures, heading = "Class") {
  const width = Object.keys(figures).length === 4 ? NARROW : WIDE;
  return element(
    "table",
    { class: "scores" },
    element(
      "thead",
      {},
      element(
        "tr",
        {},
        element("th", { scope: "col" }, heading),
        Object.values(figures).map(([name, title]) => element("th", { scope: "col", title }, name)),
        element("th", { scope: "col", class: "number" }, "Audits"),
      ),
    ),
    element(
      "tbody",
      {},
      classes.map((item, at) => scoreRow(item, scores[at], Object.keys(figures), width)),
    ),
  );
}

function scoreRow({ name, colour }, score, figures, width) {
  return element(
    "tr",
    {},
    element(
      "th",
      { scope: "row" },
      element("i", { class: "swatch", style: { "--colour": colour } }),
      element("span", {}, name),
    ),
    figures.map((key) => element("td", {}, range(score[key], width, score.audits))),
    element("td", { class: "number" }, String(score.audits)),
  );
}

function range(estimate, width, audits) {
  if (!estimate) return element("span", { class: "faint" }, audits ? "too few audits" : "no audit yet");
  const { value, low, high } = estimate;
  const words = `${percent(value)}, between ${percent(low)} and ${percent(high)}`;
  return element(
    "span",
    { class: "range", title: words },
    picture(estimate, words, width),
    element("b", {}, percent(value)),
  );
}

function picture({ value, low, high }, words, width) {
  const x = (share) => SIZE.edge + share * (width - 2 * SIZE.edge);
  const middle = SIZE.height / 2;
  return svg(
    "svg",
    {
      viewBox: `0 0 ${width} ${SIZE.height}`,
      width,
      height: SIZE.height,
      role: "img",
      "aria-label": words,
    },
    svg("line", { class: "scale", x1: x(0), x2: x(1), y1: middle, y2: middle }),
    svg("line", { class: "interval", x1: x(low), x2: x(high), y1: middle, y2: middle }),
    svg("circle", { class: "dot", cx: x(value), cy: middle, r: 3.4 }),
  );
}
