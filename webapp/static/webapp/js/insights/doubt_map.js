// Where the model is unsure: cells of the ground in the colours of the overview's confidence.
import { element } from "../lib/dom.js";
import { count, percent } from "../lib/format.js";
import { confidenceLegend, rampColour } from "../state/colouring.js";
import { onTheme, sharpen } from "./inks.js";

const LARGEST = 300; // px of the higher side

export class DoubtMap {
  constructor(holder) {
    this.canvas = element("canvas", { class: "doubt", role: "img" });
    this.said = element("output", { class: "faint number" });
    this.holder = holder;
    this.canvas.addEventListener("pointermove", (event) => this.tell(event));
    this.canvas.addEventListener("pointerleave", () => this.tell(null));
    onTheme(() => this.draw());
  }

  // doubt: { values: [[confidence or null]], step }
  show(doubt) {
    this.doubt = doubt;
    const rows = doubt.values.length;
    const columns = doubt.values[0].length;
    const size = LARGEST / Math.max(rows, columns);
    this.canvas.style.width = `${Math.round(columns * size)}px`;
    this.canvas.style.height = `${Math.round(rows * size)}px`;
    const known = doubt.values.flat().filter((value) => value !== null);
    const unsure = known.filter((value) => value < 0.7).length;
    const cells = doubt.step > 1 ? `cell of ${doubt.step} x ${doubt.step} tiles` : "open tile";
    const many = doubt.step > 1 ? `cells of ${doubt.step} x ${doubt.step} tiles` : "open tiles";
    this.words = `It is less than 70% sure on ${unsure} of ${count(known.length, cells, many)}.`;
    this.canvas.setAttribute("aria-label", `Map of confidence. ${this.words}`);
    this.holder.replaceChildren(
      element("p", {}, this.words),
      element("div", { class: "doubt-row" }, this.canvas, element("div", { class: "stack" }, ramp(), this.said)),
    );
    this.draw();
  }

  draw() {
    if (!this.doubt || this.canvas.clientWidth === 0) return;
    const { context, width, height } = sharpen(this.canvas);
    const { values } = this.doubt;
    const across = width / values[0].length;
    const down = height / values.length;
    values.forEach((row, y) => {
      row.forEach((value, x) => {
        if (value === null) return;
        context.fillStyle = rampColour(value);
        context.fillRect(x * across, y * down, across - 0.5, down - 0.5);
      });
    });
  }

  tell(event) {
    const { values } = this.doubt;
    const row = event && Math.floor((event.offsetY / this.canvas.clientHeight) * values.length);
    const column = event && Math.floor((event.offsetX / this.canvas.clientWidth) * values[0].length);
    const value = event ? values[row]?.[column] : null;
    this.said.textContent = value === null || value === undefined ? "" : `${percent(value)} sure here`;
  }
}

function ramp() {
  const items = confidenceLegend().filter(({ paint }) => !paint.sign);
  return element(
    "ul",
    { class: "ramp" },
    items.map(({ title, paint }) =>
      element("li", {}, element("i", { class: "swatch", style: { "--colour": paint.fill } }), title),
    ),
    element("li", { class: "faint" }, element("i", { class: "swatch" }), "labelled, or an audit"),
  );
}
