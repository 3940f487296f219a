// Lines that follow borders and edges: which of them is wanted. How it is done is loaded with the first tool that draws.
import { toast } from "../../ui/toast.js";

const WORDS = {
  borders: [
    "Lines follow the borders of shapes and paint: click two corners of a neighbour.",
    "Lines go straight beside borders.",
  ],
  edges: ["Lines follow the edges in the picture.", "Lines go straight over the picture."],
};

export class Following {
  #opened = null;

  constructor(painter) {
    this.painter = painter;
    this.wanted = { borders: false, edges: false };
    painter.on("change", () => painter.active.follows && this.#open());
  }

  // Follow borders ("borders") or edges of the picture ("edges"), or no longer.
  async toggle(kind) {
    this.wanted[kind] = !this.wanted[kind];
    toast(WORDS[kind][this.wanted[kind] ? 0 : 1]);
    document.querySelector(`[data-command="follow-${kind}"]`)?.setAttribute("aria-pressed", String(this.wanted[kind]));
    await this.#open();
    this.painter.again();
  }

  #open() {
    this.#opened ??= import("./follow/follow.js").then(({ Follow }) => {
      this.painter.follow = new Follow(this.painter, this.wanted);
    });
    return this.#opened;
  }
}
