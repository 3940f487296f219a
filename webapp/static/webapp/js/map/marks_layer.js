// Numbered marks on the tile; the piece that the current one stands for is outlined.
import { DivIcon, Marker } from "leaflet";

export class MarksLayer {
  #markers = [];
  #canvas = document.createElement("canvas");
  #overlay = null;

  constructor(view) {
    this.view = view;
    this.#canvas.className = "tile-piece";
  }

  // Show `Marks`, or nothing.
  show(marks) {
    this.#clear();
    if (!marks) return;
    const { width, height } = marks.mask;
    Object.assign(this.#canvas, { width: 4 * width, height: 4 * height });
    this.#overlay = this.view.overlay(this.#canvas, "cursor");
    this.#markers = marks.points.map((point, index) => this.#marker(point, index + 1, marks).addTo(this.view.map));
    if (marks.current) this.#outline(marks.pixelsOf(marks.current), width);
  }

  #clear() {
    for (const marker of this.#markers) marker.remove();
    this.#markers = [];
    this.#overlay?.remove();
    this.#overlay = null;
  }

  #marker({ x, y }, number, marks) {
    const state = number === marks.current ? "current" : marks.answered(number) ? "done" : "";
    const icon = new DivIcon({ html: String(number), className: `tile-mark number ${state}`, iconSize: [22, 22] });
    return new Marker([-(y + 0.5), x + 0.5], { icon, interactive: false, keyboard: false });
  }

  // Light on dark, so that the line shows on water and on snow.
  #outline(pixels, width) {
    const inside = new Set(pixels);
    const context = this.#canvas.getContext("2d");
    for (const [style, thick] of [
      ["#000", 2],
      ["#fff", 1],
    ]) {
      context.fillStyle = style;
      for (const index of pixels) edges(inside, index, width, thick, (...box) => context.fillRect(...box));
    }
  }
}

// Call `draw(x, y, width, height)`, in quarters of a pixel, for each side of a pixel that borders on another piece.
function edges(inside, index, width, thick, draw) {
  const [x, y] = [4 * (index % width), 4 * Math.floor(index / width)];
  const column = index % width;
  if (!inside.has(index - width)) draw(x, y, 4, thick);
  if (!inside.has(index + width)) draw(x, y + 4 - thick, 4, thick);
  if (column === 0 || !inside.has(index - 1)) draw(x, y, thick, 4);
  if (column === width - 1 || !inside.has(index + 1)) draw(x + 4 - thick, y, thick, 4);
}
