// A small histogram of one channel in the values of its source, with two ends that can be dragged.
import { element, svg } from "../lib/dom.js";
import { Emitter } from "../lib/events.js";

const SIZE = { width: 264, height: 40 };
const STEPS = 100; // of the range, for the arrow keys

export class Histogram extends Emitter {
  // channel: { title, unit, low, high, counts, ends }. Fires "ends" with [low, high] when one was moved.
  constructor({ title, unit, low, high, counts, ends }) {
    super();
    Object.assign(this, { low, high: high > low ? high : low + 1, ends: [...ends] });
    this.handles = [0, 1].map((end) => this.#handle(end, title));
    this.words = element("output", { class: "number" });
    this.area = element("div", { class: "histogram" }, bars(counts), this.handles);
    this.root = element("div", {}, element("p", { class: "spread" }, title, this.words), this.area);
    this.unit = unit;
    this.#place();
  }

  #handle(end, title) {
    const node = element("div", {
      class: "histogram-end",
      role: "slider",
      tabindex: "0",
      "aria-label": `${title}: what becomes ${end ? "white" : "black"}`,
      "aria-valuemin": String(this.low),
      "aria-valuemax": String(this.high),
    });
    node.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      node.setPointerCapture(event.pointerId);
    });
    node.addEventListener("pointermove", (event) => {
      if (!node.hasPointerCapture(event.pointerId)) return;
      const { left, width } = this.area.getBoundingClientRect();
      this.#move(end, this.low + ((event.clientX - left) / width) * (this.high - this.low));
    });
    node.addEventListener("pointerup", () => this.fire("ends", this.ends));
    node.addEventListener("keydown", (event) => {
      const steps = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
      if (!steps) return;
      event.preventDefault();
      this.#move(end, this.ends[end] + (steps * (this.high - this.low)) / STEPS);
      this.fire("ends", this.ends);
    });
    return node;
  }

  // An end stays inside, and on its side of the other.
  #move(end, value) {
    const gap = (this.high - this.low) / 1000;
    const [least, most] = end ? [this.ends[0] + gap, this.high] : [this.low, this.ends[1] - gap];
    this.ends[end] = Math.min(most, Math.max(least, value));
    this.#place();
  }

  #place() {
    for (const [end, node] of this.handles.entries()) {
      const share = (this.ends[end] - this.low) / (this.high - this.low);
      node.style.left = `${100 * Math.min(1, Math.max(0, share))}%`;
      node.setAttribute("aria-valuenow", String(this.ends[end]));
    }
    this.words.textContent = `${shown(this.ends[0])} – ${shown(this.ends[1])} ${this.unit}`;
  }
}

function bars(counts) {
  const most = Math.max(1, ...counts);
  const width = SIZE.width / counts.length;
  const path = counts.map((count, at) => {
    const height = (SIZE.height * Math.sqrt(count / most)).toFixed(1); // few pixels show, too
    return `M${(at * width).toFixed(1)} ${SIZE.height}v-${height}h${width.toFixed(2)}v${height}z`;
  });
  const view = `0 0 ${SIZE.width} ${SIZE.height}`;
  return svg("svg", { viewBox: view, preserveAspectRatio: "none" }, svg("path", { d: path.join("") }));
}

function shown(value) {
  return Number(value.toPrecision(4)).toString();
}
