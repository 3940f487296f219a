// The scale of what the panes show, and where north is.
import { element, svg } from "../lib/dom.js";

const LONGEST = 110; // px
const STEPS = [5, 2, 1];

export class Bearings {
  constructor(holder, stage) {
    this.stage = stage;
    this.holder = holder;
    this.words = element("span", { class: "number" });
    this.bar = element("i");
    this.needle = svg("path", { d: "M8 1 12.5 15 8 12 3.5 15Z" });
    const compass = svg("svg", { viewBox: "0 0 16 16", role: "img", "aria-label": "North" }, this.needle);
    holder.append(compass, element("div", { class: "scale" }, this.words, this.bar));
    stage.on("shown", () => this.#show());
    stage.view.on("look", () => this.#show());
  }

  #show() {
    const { item, view } = this.stage;
    const ground = item?.ground;
    this.holder.hidden = !ground || !view.frame;
    if (this.holder.hidden) return;
    const [, zoom] = view.frame;
    const metresAPixel = ground.step_m[1] / 2 ** zoom; // of the window
    const metres = roundBelow(metresAPixel * LONGEST);
    this.words.textContent =
      metres >= 1000 ? `${metres / 1000} km` : metres >= 1 ? `${metres} m` : `${metres * 100} cm`;
    this.bar.style.width = `${metres / metresAPixel}px`;
    this.needle.setAttribute("transform", `rotate(${ground.north} 8 8)`);
  }
}

// The largest of 1, 2 or 5 times a power of ten that is not above a number
function roundBelow(number) {
  const power = 10 ** Math.floor(Math.log10(number));
  const step = STEPS.find((each) => each * power <= number * (1 + 1e-9)) ?? 1;
  return Number((step * power).toPrecision(1));
}
