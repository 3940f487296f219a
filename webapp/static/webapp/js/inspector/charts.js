// Charts of the inspector: a line over numbers or over time, in the colours of the page. Drawn anew only when its
// lines change; new numbers of the same lines are laid into it.
import uPlot from "uplot";
import { numberText } from "../state/inspection.js";

export class Chart {
  #plot = null;
  #key = "";

  constructor(holder, { height = 150 } = {}) {
    Object.assign(this, { holder, height });
    new ResizeObserver(() => this.#resize()).observe(holder);
  }

  // columns: x, then one a line; lines: [{ label, stroke, width, dash, points }]; bands: [{ series, fill }];
  // range: [low, high] of what is to be seen of the values, null: all
  show(columns, { lines, bands = [], time = false, unit = "", about = "", range = null }) {
    this.range = range;
    this.holder.setAttribute("aria-label", about);
    const key = JSON.stringify([lines, bands, time, unit, themeOf()]);
    if (key === this.#key) this.#plot.setData(columns);
    else this.#draw(columns, { lines, bands, time, unit });
    this.#key = key;
  }

  clear() {
    this.#plot?.destroy();
    this.#plot = null;
    this.#key = "";
  }

  #draw(columns, { lines, bands, time, unit }) {
    this.clear();
    const [ink, line] = [colour("--ink-2"), colour("--line")];
    const axis = { stroke: ink, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1, size: 4 }, gap: 3 };
    const font = `11px ${getComputedStyle(document.body).fontFamily}`;
    const left = { ...axis, font, size: 52, space: 28, values: (_, ticks) => ticks.map(numberText), label: unit };
    if (unit) Object.assign(left, { labelSize: 14, labelGap: 0, labelFont: font });
    const say = time ? dayText : (tick) => (Number.isInteger(tick) ? String(tick) : "");
    const below = { ...axis, font, size: 24, space: time ? 70 : 46, values: (_, ticks) => ticks.map(say) };
    const options = {
      width: this.#width(),
      height: this.height,
      padding: [8, time ? 30 : 12, 0, 0],
      legend: { show: false },
      cursor: { drag: { x: false, y: false }, points: { show: false } },
      scales: { x: { time }, y: { range: (_, low, high) => roomFor(this.range ?? [low, high]) } },
      axes: [below, left],
      series: [{}, ...lines.map((each) => seriesOf(each))],
      bands,
    };
    this.#plot = new uPlot(options, columns, this.holder);
    this.#plot.root.setAttribute("aria-hidden", "true");
  }

  #width() {
    return Math.max(this.holder.clientWidth, 120);
  }

  #resize() {
    if (this.#plot && this.holder.clientWidth) this.#plot.setSize({ width: this.#width(), height: this.height });
  }
}

function seriesOf({ label, stroke, width = 1.5, dash = [], points = null, paths = true, spans = false }) {
  const plain = { label, stroke: colour(stroke), width, dash, spanGaps: spans };
  if (points) plain.points = { show: true, size: points.size, stroke: colour(stroke), fill: colour(points.fill) };
  else plain.points = { show: false };
  if (!paths) plain.paths = () => null;
  return plain;
}

// Ends of an axis that leave some room around values; null where there are none.
function roomFor([low, high]) {
  return low === null ? [null, null] : uPlot.rangeNum(low, high, 0.1, true);
}

// A colour of the page by its token, or as it is.
function colour(name) {
  if (!name.startsWith("--")) return name;
  const probe = document.createElement("i");
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const value = getComputedStyle(probe).color;
  probe.remove();
  return value;
}

function dayText(seconds) {
  return new Date(seconds * 1000).toISOString().slice(0, 10);
}

function themeOf() {
  return colour("--ink");
}
