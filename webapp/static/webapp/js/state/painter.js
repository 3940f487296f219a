// What the hand does to a mask: tool, class, brush size, the cursor of pointer or keyboard, the polygon being drawn.
import { Emitter } from "../lib/events.js";
import { UNLABELLED } from "./mask.js";

export const TOOLS = ["brush", "eraser", "polygon", "fill"];
export const SIZES = [1, 2, 3, 5, 8, 12, 18, 26, 40, 64];

export class Painter extends Emitter {
  mask = null;
  tool = "brush";
  code = UNLABELLED;
  diameter = 5;
  cursor = null; // the pixel under the pointer or the keyboard's cursor
  corners = []; // of the polygon being drawn, in pixel units
  painting = false;

  load(mask) {
    this.lift();
    this.mask = mask;
    this.corners = [];
    this.fire("change");
  }

  pick(tool) {
    if (!TOOLS.includes(tool)) throw new RangeError(`There is no tool "${tool}"; there are ${TOOLS.join(", ")}.`);
    this.lift();
    this.tool = tool;
    if (tool !== "polygon") this.corners = [];
    this.fire("change");
  }

  // Choosing a class means to paint with it: the eraser goes back to the brush.
  choose(code) {
    this.code = code;
    if (this.tool === "eraser") this.tool = "brush";
    this.fire("change");
  }

  resize(diameter) {
    this.diameter = Math.min(SIZES.at(-1), Math.max(1, Math.round(diameter)));
    this.fire("change");
  }

  // The next larger or smaller brush.
  grow(step) {
    const next = step > 0 ? SIZES.find((size) => size > this.diameter) : SIZES.findLast((size) => size < this.diameter);
    this.resize(next ?? this.diameter);
  }

  // Press at a point (x, y in pixel units, fractions allowed).
  press(point) {
    this.cursor = this.#pixel(point);
    if (this.tool === "polygon") this.corners = [...this.corners, point];
    else if (this.tool === "fill") this.#fill();
    else this.#beginStroke();
    this.fire("change");
  }

  drag(point) {
    const from = this.cursor;
    this.cursor = this.#pixel(point);
    if (this.painting) this.mask.paint(from, this.cursor, this.diameter, this.#ink);
    this.fire("change");
  }

  lift() {
    if (!this.painting) return;
    this.painting = false;
    this.mask.end();
  }

  // Move the keyboard's cursor; it paints on its way while the key is down.
  nudge(dx, dy) {
    const { x, y } = this.cursor ?? this.#centre;
    const stay = (value, length) => Math.min(length - 1, Math.max(0, value));
    this.drag({ x: stay(x + dx, this.mask.width) + 0.5, y: stay(y + dy, this.mask.height) + 0.5 });
  }

  // Press where the keyboard's cursor is.
  pressHere() {
    const { x, y } = this.cursor ?? this.#centre;
    this.press({ x: x + 0.5, y: y + 0.5 });
  }

  leave() {
    this.cursor = null;
    this.fire("change");
  }

  // Fill the polygon that was drawn; say whether it had corners enough.
  close() {
    const corners = this.corners;
    this.corners = [];
    const closed = corners.length >= 3 && this.code !== UNLABELLED;
    if (closed) this.mask.fillPolygon(corners, this.code);
    this.fire("change");
    return closed;
  }

  // Take the newest corner back; say whether there was one.
  dropCorner() {
    if (!this.corners.length) return false;
    this.corners = this.corners.slice(0, -1);
    this.fire("change");
    return true;
  }

  cancel() {
    this.corners = [];
    this.fire("change");
  }

  get #ink() {
    return this.tool === "eraser" ? UNLABELLED : this.code;
  }

  get #centre() {
    return { x: this.mask.width >> 1, y: this.mask.height >> 1 };
  }

  #pixel({ x, y }) {
    return { x: Math.floor(x), y: Math.floor(y) };
  }

  #beginStroke() {
    if (this.tool === "brush" && this.code === UNLABELLED) return;
    this.mask.begin();
    this.painting = true;
    this.mask.paint(this.cursor, this.cursor, this.diameter, this.#ink);
  }

  #fill() {
    const { x, y } = this.cursor;
    const inside = x >= 0 && y >= 0 && x < this.mask.width && y < this.mask.height;
    if (inside && this.code !== UNLABELLED) this.mask.fillRegion(this.cursor, this.code);
  }
}
