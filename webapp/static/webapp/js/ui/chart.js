// The learning curve as hand-written SVG: accuracy over labels, with its 95% interval as a band.
import { svg } from "../lib/dom.js";
import { percent } from "../lib/format.js";

const SIZE = { width: 320, height: 132, left: 34, right: 8, top: 8, bottom: 24 };
const LEVELS = [0, 0.25, 0.5, 0.75, 1];

// points: [{ labels, accuracy, low, high, audits }]; those without an accuracy are left out.
// ahead: { labels, accuracy } that more labels are likely to lead to, or null.
export function learningCurve(points, ahead = null) {
  const known = points.filter(({ accuracy }) => accuracy !== null && accuracy !== undefined);
  const most = niceCeiling(Math.max(20, ahead?.labels ?? 0, ...known.map(({ labels }) => labels)));
  const x = (labels) => SIZE.left + (labels / most) * (SIZE.width - SIZE.left - SIZE.right);
  const y = (share) => SIZE.top + (1 - share) * (SIZE.height - SIZE.top - SIZE.bottom);
  const root = svg("svg", {
    class: "chart",
    viewBox: `0 0 ${SIZE.width} ${SIZE.height}`,
    role: "img",
    "aria-label": describe(known),
  });
  root.append(...levels(x, y, most), ...ticks(x, most), ...curve(known, x, y), ...next(known.at(-1), ahead, x, y));
  return root;
}

function levels(x, y, most) {
  return LEVELS.flatMap((level) => [
    svg("line", { class: "level", x1: x(0), x2: x(most), y1: y(level), y2: y(level) }),
    svg("text", { class: "tick", x: SIZE.left - 5, y: y(level) + 3.5, "text-anchor": "end" }, percent(level)),
  ]);
}

function ticks(x, most) {
  const whole = [0, most / 2, most].filter(Number.isInteger); // there is no half label
  return whole.map((labels) => {
    const text = labels === most ? `${labels} labels` : String(labels);
    const anchor = labels === most ? "end" : labels ? "middle" : "start";
    return svg("text", { class: "tick", x: x(labels), y: SIZE.height - 8, "text-anchor": anchor }, text);
  });
}

function curve(points, x, y) {
  if (points.length === 0) return [];
  const at = (pick) => points.map((point) => `${x(point.labels).toFixed(1)},${y(pick(point)).toFixed(1)}`);
  const band = [...at(({ high }) => high), ...at(({ low }) => low).reverse()].join(" ");
  const line = at(({ accuracy }) => accuracy).join(" ");
  return [
    svg("polygon", { class: "band", points: band }),
    svg("polyline", { class: "line", points: line }),
    ...points.map((point) => dot(point, x, y)),
  ];
}

function next(last, ahead, x, y) {
  if (!last || !ahead) return [];
  const text = `Likely at ${ahead.labels} labels: ${percent(ahead.accuracy)}`;
  const line = { x1: x(last.labels), y1: y(last.accuracy), x2: x(ahead.labels), y2: y(ahead.accuracy) };
  const place = { cx: line.x2, cy: line.y2, r: 3.2 };
  return [
    svg("line", { class: "next", ...line }),
    svg("circle", { class: "dot likely", ...place }, svg("title", {}, text)),
  ];
}

function dot(point, x, y) {
  const { labels, accuracy, low, high, audits } = point;
  const text = `${labels} labels: ${percent(accuracy)} (${percent(low)} to ${percent(high)}, ${audits} audit tiles)`;
  return svg("circle", { class: "dot", cx: x(labels), cy: y(accuracy), r: 2.6 }, svg("title", {}, text));
}

function describe(points) {
  if (points.length === 0) return "Learning curve: no measurement yet.";
  const [first, last] = [points[0], points.at(-1)];
  const from = `${percent(first.accuracy)} at ${first.labels} labels`;
  return `Learning curve: from ${from} to ${percent(last.accuracy)} at ${last.labels} labels.`;
}

// A round number whose half is whole: nobody gives half a label.
export function niceCeiling(value) {
  const size = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 3, 4, 6, 8, 10].map((step) => step * size).find((nice) => nice >= value);
}
