// Numbered marks on the tile; the piece that the current one stands for is outlined.

export class MarksLayer {
  #signs = null;
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
    if (marks.current) this.#outline(marks.pixelsOf(marks.current), width);
    this.#overlay = this.view.overlay(this.#canvas, "cursor");
    this.#signs = this.view.marks(marks.points.map((point, index) => signOf(point, index + 1, marks)));
  }

  #clear() {
    this.#signs?.remove();
    this.#overlay?.remove();
    this.#signs = this.#overlay = null;
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

function signOf({ x, y }, number, marks) {
  const state = number === marks.current ? "current" : marks.answered(number) ? "done" : "";
  return { x: x + 0.5, y: y + 0.5, text: String(number), className: `tile-mark number ${state}` };
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
