// The objects of the tile on show, drawn in all panes; drawn anew at most once a frame, and when the zoom is another.
import { figures, sheet } from "./figures.js";

export class ObjectsLayer {
  #svg = null;
  #drawing = null;
  #things = [];
  #looks = {};
  #asked = 0;

  constructor(view) {
    this.view = view;
    view.on("look", () => this.#svg && this.#redraw());
  }

  // px of the screen in one of the tile
  get scale() {
    return 2 ** (this.view.frame?.[1] ?? 0);
  }

  // Begin a tile of `side` px, or none.
  open(side) {
    this.#drawing?.remove();
    this.#svg = side ? sheet(side) : null;
    this.#drawing = side ? this.view.drawing(this.#svg, "cursor") : null;
  }

  show(things, looks) {
    this.#things = things;
    this.#looks = looks;
    this.#redraw();
  }

  #redraw() {
    this.#asked ||= requestAnimationFrame(() => {
      this.#asked = 0;
      if (!this.#svg) return;
      this.#svg.replaceChildren(...figures(this.#things, { ...this.#looks, scale: this.scale }));
      this.#drawing.redraw();
    });
  }
}
