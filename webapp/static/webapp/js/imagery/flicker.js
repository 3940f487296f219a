// A flicker: two pictures of one place by turns, so that the eye sees what moves between them.
import { element } from "../lib/dom.js";

const TURN_MS = 700;

export class Flicker {
  // pictures: [{ title, src }, { title, src }]; moves: [right, down] in sides of the first one's picture.
  constructor(pictures, moves) {
    this.pictures = pictures;
    this.moves = moves;
    this.images = pictures.map(({ src, title }) => element("img", { src, alt: `The place as ${title} shows it` }));
    this.caption = element("figcaption", { class: "faint" });
    this.button = element("button", { type: "button", onclick: () => this.play(!this.timer) });
    this.moved = element("input", { type: "checkbox", onchange: () => this.#move() });
    const other = element("button", { type: "button", onclick: () => this.#step() }, "Show the other");
    const move = element("label", { class: "inline" }, this.moved, " as it would lie");
    const movable = moves?.some((share) => share !== 0);
    this.root = element(
      "figure",
      { class: "flicker" },
      element("div", { class: "pictures" }, this.images),
      this.caption,
      element("div", { class: "row" }, this.button, other, movable && move),
    );
    this.#show(0);
    this.play(!matchMedia("(prefers-reduced-motion: reduce)").matches);
  }

  play(on) {
    clearInterval(this.timer);
    this.timer = on ? setInterval(() => this.#show(1 - this.shown), TURN_MS) : null;
    this.button.textContent = on ? "Stop" : "Flicker";
  }

  #step() {
    this.play(false);
    this.#show(1 - this.shown);
  }

  #show(index) {
    this.shown = index;
    for (const [at, image] of this.images.entries()) image.classList.toggle("shown", at === index);
    this.caption.textContent = this.pictures[index].title;
  }

  #move() {
    const [right, down] = this.moved.checked ? this.moves : [0, 0];
    this.images[0].style.setProperty("translate", `${right * 100}% ${down * 100}%`);
  }
}
