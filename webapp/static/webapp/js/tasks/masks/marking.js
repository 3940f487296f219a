// The marks of the tile on show: a class key answers the current one, and the next one is shown.
import { element } from "../../lib/dom.js";
import { recall, remember } from "../../lib/memory.js";
import { Marks } from "../../state/marks.js";

const MEMORY = "marks-hidden";

export class Marking {
  #item = null;
  #hidden = recall(MEMORY) === true;

  constructor({ layer, holder }) {
    Object.assign(this, { layer, holder });
  }

  // Show the marks of a sample on its mask; an audit has none.
  load(item, mask) {
    this.#item = item;
    if (item.marks && !item.asked) {
      item.asked = new Marks(item.marks, mask);
      item.asked.on("change", () => this.#item === item && this.#show());
    }
    this.#show();
  }

  clear() {
    this.#item = null;
    this.#show();
  }

  // Give the current mark a class; say whether there was one.
  answer(code) {
    return this.#marks?.answer(code) ?? false;
  }

  step(by) {
    this.#marks?.step(by);
  }

  toggle() {
    this.#hidden = !this.#hidden;
    remember(MEMORY, this.#hidden);
    this.#show();
  }

  get #marks() {
    return this.#hidden ? null : (this.#item?.asked ?? null);
  }

  #show() {
    this.layer.show(this.#marks);
    this.holder.replaceChildren(...this.#words());
  }

  #words() {
    const all = this.#item?.asked;
    if (!all) return [];
    if (this.#hidden) return [element("p", { class: "faint" }, kbd("K"), " shows the points that the model asks for")];
    if (!all.current) return [element("p", {}, "All points are painted over: ", kbd("Enter"), " saves.")];
    return [
      element("p", {}, element("b", {}, `Point ${all.current} of ${all.count}: what is it?`)),
      element("p", { class: "why" }, all.reason),
      element("p", { class: "faint" }, `A class key paints it. `, kbd("J"), " next, ", kbd("K"), " hides"),
    ];
  }
}

const kbd = (key) => element("kbd", {}, key);
