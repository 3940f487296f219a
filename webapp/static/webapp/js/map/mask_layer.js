// A mask drawn over the tile: one canvas pixel for each of its pixels, redrawn at most once a frame.

// Return class code -> colour as the canvas stores it; unlabelled pixels are clear.
export function paletteOf(classes) {
  const palette = new Uint32Array(256);
  const bytes = new Uint8Array(palette.buffer);
  for (const { code, colour } of classes) {
    const value = Number.parseInt(colour.slice(1), 16);
    bytes.set([value >> 16, (value >> 8) & 255, value & 255, 255], 4 * code);
  }
  return palette;
}

// Draw class codes on a canvas of their size.
export function drawMask(canvas, { pixels, width, height }, palette) {
  canvas.width = width;
  canvas.height = height;
  const image = new ImageData(width, height);
  const colours = new Uint32Array(image.data.buffer);
  for (const [index, code] of pixels.entries()) colours[index] = palette[code];
  canvas.getContext("2d").putImageData(image, 0, 0);
}

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
    drawMask(this.#canvas, mask, this.palette);
    this.#overlay = this.view.overlay(this.#canvas, this.pane, this.opacity);
  }

  // The pixels have changed.
  redraw() {
    this.#asked ||= requestAnimationFrame(() => {
      this.#asked = 0;
      if (this.#mask) drawMask(this.#canvas, this.#mask, this.palette);
    });
  }

  fade(opacity) {
    this.opacity = opacity;
    this.#overlay?.setOpacity(opacity);
  }
}
