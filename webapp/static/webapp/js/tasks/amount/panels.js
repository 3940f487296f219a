// What audits and people say of an amount: estimates beside the truth, how far off they are, how far people agree.
import { element, headings, svg } from "../../lib/dom.js";
import { percent } from "../../lib/format.js";
import { middleOf } from "../../lib/interval.js";
import { agreementSentence } from "../../state/agreement.js";
import { inUnit, plain } from "../../state/amounts.js";

const SIZE = { width: 420, height: 320, left: 46, right: 12, top: 10, bottom: 40 };
const FIGURES = [
  ["rmse", "RMSE", "The root of the mean squared error: large errors weigh more"],
  ["mae", "MAE", "The mean error, whatever its sign"],
  ["bias", "Bias", "The mean error with its sign: above 0 it says too much"],
];

// rows: [[truth, estimate, low, high, sample]]; linkOf(sample) -> address or null
export function scatterChart(rows, options, { linkOf }) {
  const { low, high } = options;
  const x = (value) => SIZE.left + ((value - low) / (high - low)) * (SIZE.width - SIZE.left - SIZE.right);
  const y = (value) =>
    SIZE.height - SIZE.bottom - ((value - low) / (high - low)) * (SIZE.height - SIZE.top - SIZE.bottom);
  const inside = (value) => Math.min(Math.max(value, low), high);
  const label = `${rows.length} audits: the model's estimate over what people say`;
  const root = svg("svg", {
    class: "chart reliability scatter",
    viewBox: `0 0 ${SIZE.width} ${SIZE.height}`,
    role: "img",
    "aria-label": label,
  });
  root.append(
    ...axes(x, y, options),
    svg("line", { class: "honest", x1: x(low), y1: y(low), x2: x(high), y2: y(high) }),
  );
  for (const [truth, estimate, from, to, sample] of rows) {
    const words = `People ${inUnit(truth, options)}, model ${inUnit(estimate, options)}`;
    const dot = svg(
      "circle",
      { class: "dot", cx: x(inside(truth)), cy: y(inside(estimate)), r: 3.6 },
      svg("title", {}, words),
    );
    const ends = { x1: x(inside(truth)), x2: x(inside(truth)), y1: y(inside(from)), y2: y(inside(to)) };
    if (from !== null && to !== null) root.append(svg("line", { class: "interval", ...ends }));
    const href = linkOf(sample);
    root.append(href ? svg("a", { href, "aria-label": words }, dot) : dot);
  }
  return root;
}

function axes(x, y, options) {
  const { low, high } = options;
  const values = [0, 0.25, 0.5, 0.75, 1].map((share) => low + share * (high - low));
  const lines = values.flatMap((value) => [
    svg("line", { class: "level", x1: x(low), x2: x(high), y1: y(value), y2: y(value) }),
    svg("text", { class: "tick", x: SIZE.left - 5, y: y(value) + 3.5, "text-anchor": "end" }, plain(value, options)),
    svg("text", { class: "tick", x: x(value), y: y(low) + 14, "text-anchor": "middle" }, plain(value, options)),
  ]);
  const unit = options.unit ? `, ${options.unit}` : "";
  const across = { class: "tick", x: x(high), y: SIZE.height - 6, "text-anchor": "end" };
  return [...lines, svg("text", across, `what people say${unit} → ; model ↑`)];
}

// amount: { rmse, mae, bias, coverage }, each { value, low, high }
export function errorTable(amount, options) {
  const rows = FIGURES.filter(([name]) => amount[name]).map(([name, title, words]) =>
    row(title, words, amount[name], (value) => figure(value, options)),
  );
  const coverage =
    amount.coverage &&
    row("Coverage", "How often the truth lies inside the interval that it gives", amount.coverage, (value) =>
      percent(value),
    );
  const heads = headings(["Figure", "By audits", "95% interval"]);
  return element(
    "table",
    { class: "figures-table" },
    element("thead", {}, element("tr", {}, heads)),
    element("tbody", {}, rows, coverage),
  );
}

// A figure of errors in three digits: they are often finer than a step
function figure(value, { unit }) {
  const text = String(Number(value.toPrecision(3))).replace("-", "−");
  return unit ? `${text} ${unit}` : text;
}

function row(title, words, estimate, shown) {
  const { low, high } = estimate;
  const range = low === null || low === undefined ? "–" : `${shown(low)} to ${shown(high)}`;
  return element(
    "tr",
    {},
    element("th", { scope: "row", title: words }, title, element("small", { class: "faint block" }, words)),
    element("td", { class: "number" }, element("b", {}, shown(middleOf(estimate)))),
    element("td", { class: "number" }, range),
  );
}

const TOGETHER = {
  done: "Answered",
  basis: "two people answered without seeing each other's amount",
  borders: "how you measure",
  mistake: "mean another unit or scale",
};
const SCALE = "1 = always the same amount, 0 = no more alike than two tiles drawn at random. Ranges are 95% intervals.";

export function agreementOfAmounts({ samples, icc }) {
  const value = middleOf(icc);
  const two = (number) => (number === null || number === undefined ? "–" : number.toFixed(2).replace("-", "−"));
  return [
    element(
      "p",
      { class: "alpha" },
      element("b", {}, two(value)),
      ` intraclass correlation, between ${two(icc?.low)} and ${two(icc?.high)}`,
    ),
    element("p", {}, agreementSentence({ samples, value }, TOGETHER)),
    element("p", { class: "faint" }, SCALE),
  ];
}
