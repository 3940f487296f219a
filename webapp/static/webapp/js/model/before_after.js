// Before and after as two dots with their 95% intervals on one scale, drawn once for held-out labels, once for audits.
import { element, svg } from "../lib/dom.js";
import { percent } from "../lib/format.js";
import { middleOf } from "../lib/interval.js";

const SIZE = { width: 420, height: 58, left: 6, right: 6 };

// rows: from evidenceRows(); names: what stands before and after.
export function beforeAfter(rows, { before = "now", after = "candidate" } = {}) {
  const lowest = Math.min(...rows.flatMap((row) => [row.before.low, row.after.low]));
  const from = Math.max(0, Math.floor(lowest * 10 - 0.5) / 10);
  return element(
    "div",
    { class: "evidence" },
    rows.map((row) => [
      element("div", {}, element("b", {}, row.title), element("p", { class: "faint" }, row.note)),
      element("div", {}, drawing(row, from, { before, after }), element("p", {}, row.sentence)),
    ]),
  );
}

function drawing(row, from, names) {
  const x = (share) => SIZE.left + ((share - from) / (1 - from)) * (SIZE.width - SIZE.left - SIZE.right);
  const root = svg("svg", {
    class: "dots",
    viewBox: `0 0 ${SIZE.width} ${SIZE.height}`,
    role: "img",
    "aria-label": `${row.title}: ${names.before} ${told(row.before)}, ${names.after} ${told(row.after)}.`,
  });
  root.append(...scale(x, from), ...dot(row.before, 14, x, "before", names.before));
  root.append(...dot(row.after, 32, x, "after", names.after));
  return root;
}

function told({ low, high, ...estimate }) {
  return `${percent(middleOf(estimate))} (${percent(low)} to ${percent(high)})`;
}

function scale(x, from) {
  return [from, (from + 1) / 2, 1].flatMap((share, at) => [
    svg("line", { class: "level", x1: x(share), x2: x(share), y1: 4, y2: 42 }),
    svg("text", { class: "tick", x: x(share), y: 54, "text-anchor": ["start", "middle", "end"][at] }, percent(share)),
  ]);
}

function dot(estimate, y, x, kind, name) {
  const middle = x(middleOf(estimate));
  const right = middle > SIZE.width - 140;
  return [
    svg("line", { class: `range ${kind}`, x1: x(estimate.low), x2: x(estimate.high), y1: y, y2: y }),
    svg("circle", { class: kind, cx: middle, cy: y, r: 4.5 }, svg("title", {}, `${name}: ${told(estimate)}`)),
    svg(
      "text",
      { class: "name", x: right ? middle - 8 : middle + 8, y: y - 5, "text-anchor": right ? "end" : "start" },
      `${name} ${percent(middleOf(estimate))}`,
    ),
  ];
}
