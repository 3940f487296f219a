// A mask drawn over the tile: one canvas pixel for each of its pixels, redrawn at most once a frame.
import { drawIndexed } from "../lib/indexed_image.js";

export class MaskLayer {
  #canvas = document.createElement("canvas");
  #overlay = null;
  #mask = null;
  #asked = 0;

  constructor(view, palette, { pane = "mask", opacity = 0.5, className = "" } = {}) {
    Object.assign(this, { view, palette, pane, opacity });
    this.#canvas.className = `tile-mask ${className}`;
  }

  get shown() {
    return this.#mask !== null;
  }

  // Show {pixels, width, height}, or nothing.
  show(mask) {
    this.#mask = mask;
    this.#overlay?.remove();
    this.#overlay = null;
    cancelAnimationFrame(this.#asked);
    this.#asked = 0;
    if (!mask) return;
    drawIndexed(this.#canvas, mask, this.palette);
    this.#overlay = this.view.overlay(this.#canvas, this.pane, this.opacity);
  }

  // The pixels have changed.
  redraw() {
    this.#asked ||= requestAnimationFrame(() => {
      this.#asked = 0;
      if (!this.#mask) return;
      drawIndexed(this.#canvas, this.#mask, this.palette);
      this.#overlay.redraw();
    });
  }

  fade(opacity) {
    this.opacity = opacity;
    this.#overlay?.setOpacity(opacity);
  }
}
