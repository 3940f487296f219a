// Lines that follow borders and edges: which of them is wanted. How it is done is loaded with the first tool that draws.
import { later } from "../../ui/later.js";
import { toast } from "../../ui/toast.js";

const load = () => import("./follow/follow.js");
const WORDS = {
  borders: [
    "Lines follow the borders of shapes and paint: click two corners of a neighbour.",
    "Lines go straight beside borders.",
  ],
  edges: ["Lines follow the edges in the picture.", "Lines go straight over the picture."],
};

export class Following {
  #tool = null;

  constructor(painter) {
    this.painter = painter;
    this.wanted = { borders: false, edges: false };
    this.open = later(load, ({ Follow }) => {
      painter.follow = new Follow(painter, this.wanted);
      return painter;
    });
    painter.on("change", () => this.#pick());
  }

  // Follow borders ("borders") or edges of the picture ("edges"), or no longer.
  async toggle(kind) {
    this.wanted[kind] = !this.wanted[kind];
    toast(WORDS[kind][this.wanted[kind] ? 0 : 1]);
    document.querySelector(`[data-command="follow-${kind}"]`)?.setAttribute("aria-pressed", String(this.wanted[kind]));
    await this.open((painter) => painter.again());
  }

  #pick() {
    const { active, follow } = this.painter;
    if (active === this.#tool) return;
    this.#tool = active;
    if (active.follows && !follow) this.open(() => {});
  }
}
