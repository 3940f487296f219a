// The plane of tiles: what looks alike lies together. Shape says what was done with a tile, colour what it is.
import { Emitter } from "../lib/events.js";
import { confidenceColour, MARKS, nearest, speaksOf, step } from "../state/insights.js";
import { inksOf, onTheme, sharpen } from "./inks.js";

const EDGE = 12; // px around the points
const REACH = 12; // px from the pointer
const SIZES = { [MARKS.open]: 2.6, [MARKS.labelled]: 4.2, [MARKS.queued]: 4.6, [MARKS.audit]: 5 };

export class CoveragePlane extends Emitter {
  // Fires "hover" ({ point, place } or null) and "pick" (point).
  constructor(canvas, task, mode) {
    super();
    Object.assign(this, { canvas, task, points: [], mode, only: null, current: null });
    canvas.addEventListener("pointermove", (event) => this.hover(this.at(event)));
    canvas.addEventListener("pointerleave", () => this.hover(null));
    canvas.addEventListener("click", (event) => this.pick(this.at(event)));
    canvas.addEventListener("keydown", (event) => this.key(event));
    canvas.addEventListener("blur", () => this.hover(null));
    new ResizeObserver(() => this.draw()).observe(canvas);
    onTheme(() => this.draw());
  }

  show(points, { mode = this.mode, only = null } = {}) {
    const same = points.find(({ sample }) => sample === this.current?.sample);
    Object.assign(this, { points, mode, only, current: same ?? null });
    this.draw();
  }

  at(event) {
    const { width, height } = this.canvas.getBoundingClientRect();
    const across = width - 2 * EDGE;
    const down = height - 2 * EDGE;
    const x = (event.offsetX - EDGE) / across;
    const y = 1 - (event.offsetY - EDGE) / down;
    return nearest(this.points, x, y, { across, down, reach: REACH });
  }

  hover(point) {
    if (point === this.current) return;
    this.current = point;
    this.canvas.style.cursor = point ? "pointer" : "";
    this.draw();
    this.fire("hover", point && { point, place: this.placeOf(point) });
  }

  pick(point) {
    if (point) this.fire("pick", point);
  }

  key(event) {
    if (event.key.startsWith("Arrow") && this.points.length > 0) {
      event.preventDefault();
      event.stopPropagation();
      this.hover(this.current ? step(this.points, this.current, event.key) : this.points[0]);
    } else if (event.key === "Enter") this.pick(this.current);
    else if (event.key === "Escape") this.hover(null);
  }

  placeOf({ x, y }) {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    return { x: EDGE + x * (width - 2 * EDGE), y: EDGE + (1 - y) * (height - 2 * EDGE) };
  }

  draw() {
    if (this.canvas.clientWidth === 0) return;
    const { context, width, height } = sharpen(this.canvas);
    context.clearRect(0, 0, width, height);
    this.inks = inksOf(this.canvas.parentElement, [
      "ink",
      "ink-3",
      "line",
      "line-strong",
      "surface",
      "accent",
      "audit",
    ]);
    const full = (point) => this.speaks(point);
    const order = [...this.points].sort((one, other) => full(one) - full(other) || one.mark - other.mark);
    for (const point of order) this.dot(context, point, full(point));
    if (this.current) this.ring(context, this.current);
  }

  dot(context, point, full) {
    const { x, y } = this.placeOf(point);
    const size = full ? SIZES[point.mark] : SIZES[MARKS.open];
    context.beginPath();
    if (full && point.mark === MARKS.audit) diamond(context, x, y, size);
    else context.arc(x, y, size, 0, 2 * Math.PI);
    context.fillStyle = full ? this.fillOf(point) : this.inks.line;
    context.fill();
    if (!full || point.mark === MARKS.open) return;
    context.lineWidth = point.mark === MARKS.queued ? 2 : 1;
    context.strokeStyle = point.mark === MARKS.queued ? this.inks.accent : this.inks.ink;
    context.stroke();
  }

  // Work and confidence are the same for all kinds of labels; the other modes are the kind's own.
  speaks(point) {
    if (["work", "confidence"].includes(this.mode)) return speaksOf(point, this.mode);
    return this.task.pointSpeaks(point, this.mode, this.only);
  }

  colourOf(point) {
    if (this.mode === "confidence") return confidenceColour(point);
    return this.mode === "work" ? null : this.task.pointColour(point, this.mode, this.only);
  }

  fillOf(point) {
    const marks = { [MARKS.labelled]: "ink-3", [MARKS.queued]: "surface", [MARKS.audit]: "audit" };
    return this.colourOf(point) ?? this.inks[marks[point.mark] ?? "line"];
  }

  ring(context, point) {
    const { x, y } = this.placeOf(point);
    context.beginPath();
    context.arc(x, y, 9, 0, 2 * Math.PI);
    context.lineWidth = 2;
    context.strokeStyle = this.inks.ink;
    context.stroke();
  }
}

function diamond(context, x, y, size) {
  context.moveTo(x, y - size);
  context.lineTo(x + size, y);
  context.lineTo(x, y + size);
  context.lineTo(x - size, y);
  context.closePath();
}
