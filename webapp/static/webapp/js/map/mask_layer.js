// A mask drawn over the tile: one canvas pixel for each of its pixels, redrawn at most once a frame.
import { drawIndexed, drawPart } from "../lib/indexed_image.js";
import { joined } from "../state/mask.js";

export class MaskLayer {
  #canvas = document.createElement("canvas");
  #overlay = null;
  #mask = null;
  #asked = 0;
  #changed = null; // [left, top, right, bottom]

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
    this.#changed = null;
    if (!mask) return;
    drawIndexed(this.#canvas, mask, this.palette);
    this.#overlay = this.view.overlay(this.#canvas, this.pane, this.opacity);
  }

  // The pixels in a box [left, top, right, bottom] have changed.
  redraw(box) {
    this.#changed = joined(this.#changed, box);
    this.#asked ||= requestAnimationFrame(() => {
      const changed = this.#changed;
      this.#asked = 0;
      this.#changed = null;
      if (!this.#mask) return;
      drawPart(this.#canvas, this.#mask, this.palette, changed);
      this.#overlay.redraw(changed);
    });
  }

  hide(hidden) {
    this.#canvas.style.visibility = hidden ? "hidden" : "";
  }

  fade(opacity) {
    this.opacity = opacity;
    this.#overlay?.setOpacity(opacity);
  }
}
