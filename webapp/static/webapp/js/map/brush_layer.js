// The pixels that the brush would paint, outlined so that they show on any picture.
import { disc } from "../state/raster.js";

const CLEAR = "rgb(255 255 255 / 35%)";

export class BrushLayer {
  #canvas = document.createElement("canvas");
  #overlay = null;

  constructor(view) {
    this.view = view;
    this.#canvas.className = "tile-brush";
  }

  resize({ width, height }) {
    this.#overlay?.remove();
    Object.assign(this.#canvas, { width, height });
    this.#overlay = this.view.overlay(this.#canvas, "cursor");
  }

  // Draw a disc around pixel `cursor`, or nothing.
  show(cursor, diameter, colour) {
    const { width, height } = this.#canvas;
    const context = this.#canvas.getContext("2d");
    context.clearRect(0, 0, width, height);
    context.fillStyle = colour ?? CLEAR;
    const paint = (index) => context.fillRect(index % width, Math.floor(index / width), 1, 1);
    if (cursor) disc(this.#canvas, cursor, diameter, paint);
    this.#overlay?.redraw();
  }
}
