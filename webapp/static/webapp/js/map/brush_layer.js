// The pixels that the brush would paint, outlined so that they show on any picture.
import { joined } from "../state/mask.js";
import { discRows } from "../state/raster.js";

const CLEAR = "rgb(255 255 255 / 35%)";

export class BrushLayer {
  #canvas = document.createElement("canvas");
  #overlay = null;
  #drawn = null; // the box in which it was

  constructor(view) {
    this.view = view;
    this.#canvas.className = "tile-brush";
  }

  resize({ width, height }) {
    this.#overlay?.remove();
    Object.assign(this.#canvas, { width, height });
    this.#drawn = null;
    this.#overlay = this.view.overlay(this.#canvas, "cursor");
  }

  // Draw a disc around pixel `cursor`, or nothing.
  show(cursor, diameter, colour) {
    const context = this.#canvas.getContext("2d");
    const before = this.#drawn;
    if (before) context.clearRect(before[0], before[1], before[2] - before[0], before[3] - before[1]);
    this.#drawn = null;
    context.fillStyle = colour ?? CLEAR;
    const paint = (row, first, last) => {
      context.fillRect(first, row, last - first + 1, 1);
      this.#drawn = joined(this.#drawn, [first, row, last + 1, row + 1]);
    };
    if (cursor) discRows(this.#canvas, cursor, diameter, paint);
    const changed = this.#drawn ? joined(before, this.#drawn) : before;
    if (changed) this.#overlay?.redraw(changed);
  }
}
