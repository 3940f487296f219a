// The reliability diagram: what the model is sure of across, what came true upwards; on the diagonal it is honest.
import { element, headings, svg } from "../lib/dom.js";
import { amount, percent } from "../lib/format.js";

const SIZE = { width: 420, height: 250, left: 38, right: 12, top: 8, bottom: 64 };
const BARS = { top: 216, height: 26 };
const LEVELS = [0, 0.25, 0.5, 0.75, 1];

const x = (share) => SIZE.left + share * (SIZE.width - SIZE.left - SIZE.right);
const y = (share) => SIZE.top + (1 - share) * (SIZE.height - SIZE.top - SIZE.bottom);

// bins: [{ confidence, value, low, high, count }]
export function reliabilityChart(bins) {
  const most = Math.max(...bins.map((bin) => bin.count));
  const root = svg("svg", {
    class: "chart reliability",
    viewBox: `0 0 ${SIZE.width} ${SIZE.height}`,
    role: "img",
    "aria-label": bins.map(words).join("; "),
  });
  root.append(...scales(), svg("line", { class: "honest", x1: x(0), y1: y(0), x2: x(1), y2: y(1) }));
  root.append(...bins.flatMap((bin) => mark(bin, most)));
  root.append(
    svg("text", { class: "tick", x: SIZE.left - 5, y: BARS.top + BARS.height, "text-anchor": "end" }, "audits"),
    svg("text", { class: "tick", x: x(0.02), y: y(0.93) }, "right more often than it says"),
    svg("text", { class: "tick", x: x(0.98), y: y(0.04), "text-anchor": "end" }, "right less often than it says"),
  );
  return root;
}

function scales() {
  return LEVELS.flatMap((level) => [
    svg("line", { class: "level", x1: x(0), x2: x(1), y1: y(level), y2: y(level) }),
    svg("text", { class: "tick", x: SIZE.left - 5, y: y(level) + 3.5, "text-anchor": "end" }, percent(level)),
    svg("text", { class: "tick", x: x(level), y: y(0) + 13, "text-anchor": anchorOf(level) }, percent(level)),
  ]);
}

function anchorOf(level) {
  if (level === 0) return "start";
  return level === 1 ? "end" : "middle";
}

function mark(bin, most) {
  const at = x(bin.confidence);
  const height = (bin.count / most) * BARS.height;
  return [
    svg("line", { class: "interval", x1: at, x2: at, y1: y(bin.low), y2: y(bin.high) }),
    svg("circle", { class: "dot", cx: at, cy: y(bin.value), r: 4 }, svg("title", {}, words(bin))),
    svg("rect", { class: "tally", x: at - 7, y: BARS.top + BARS.height - height, width: 14, height }),
    svg("text", { class: "tick", x: at, y: BARS.top - 4, "text-anchor": "middle" }, amount(bin.count)),
  ];
}

function words({ confidence, value, low, high, count }) {
  const truth = `right on ${percent(value)} (${percent(low)} to ${percent(high)})`;
  return `${percent(confidence)} sure: ${truth} of ${amount(count, "audit")}`;
}

export function reliabilityTable(bins) {
  const rows = bins.map(({ confidence, value, low, high, count, tiles }) =>
    element(
      "tr",
      {},
      element("td", {}, percent(confidence)),
      element("td", {}, `${percent(value)} (${percent(low)} to ${percent(high)})`),
      element("td", { class: "number" }, amount(count), tiles === count ? "" : ` in ${amount(tiles, "tile")}`),
    ),
  );
  return element(
    "details",
    { class: "figures" },
    element("summary", {}, "As figures"),
    element(
      "table",
      {},
      element(
        "thead",
        {},
        element(
          "tr",
          {},
          headings(["It is sure by", "It is right on"]),
          element("th", { scope: "col", class: "number" }, "Audits"),
        ),
      ),
      element("tbody", {}, rows),
    ),
  );
}
