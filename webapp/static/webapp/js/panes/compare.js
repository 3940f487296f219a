// Two pictures in one pane: a divider between them (swipe), or one after the other (flicker).
import { element } from "../lib/dom.js";
import { Emitter } from "../lib/events.js";
import { marginOf, titleParts } from "../state/views.js";
import { writeTitle } from "./pane_title.js";
import { ownImage, PicturePane, pictureOf } from "./picture.js";

const STEP = 0.05; // of the pane's width, for a press of a key

export class Compare extends Emitter {
  #slot = null; // the one with two pictures
  #share = 0.5;
  #asked = 0;
  #timer = 0;
  mode = null; // "swipe", "hold" or "flicker"

  // Fires "mode". It compares the active pane with the one after it, or with what a new one would show.
  constructor({ stage, shelf, layout }) {
    super();
    Object.assign(this, { stage, shelf, layout });
    this.other = element("span", { class: "pane-title other" });
    this.divider = element("div", {
      class: "divider",
      role: "slider",
      tabindex: "0",
      "aria-label": "Divider between the two pictures",
      "aria-valuemin": "0",
      "aria-valuemax": "100",
    });
    this.#listen();
    stage.on("pane", () => this.mode && this.#refresh());
    stage.also = (item) => (this.mode ? [layout.partner(item)] : []);
  }

  // Switch to a mode, or back to one picture where it is on already; perSecond: changes, of the flicker
  async switchTo(mode, perSecond = 1) {
    clearInterval(this.#timer);
    this.mode = mode === this.mode ? null : mode;
    this.fire("mode", this.mode);
    if (!this.mode) {
      this.#end();
      return;
    }
    this.pace(perSecond);
    await this.#refresh();
  }

  // While a key is held: the other picture
  hold(on) {
    if (on === (this.mode === "hold")) return;
    this.switchTo(on ? "hold" : null);
  }

  pace(perSecond) {
    clearInterval(this.#timer);
    if (this.mode !== "flicker") return;
    this.#timer = setInterval(() => this.#show(this.#share > 0 ? 0 : 1), 1000 / perSecond);
  }

  // Move the divider, by steps.
  move(steps) {
    if (this.mode === "swipe") this.#show(Math.min(1, Math.max(0, this.#share + STEP * steps)));
  }

  async #refresh() {
    const { stage, layout } = this;
    const { item, slot } = stage;
    this.#asked += 1;
    const asked = this.#asked;
    if (!item || !(slot.pane instanceof PicturePane)) {
      this.#end();
      return;
    }
    const choice = layout.partner(item);
    const image = await ownImage(this.shelf, pictureOf(item, choice)).catch(() => null);
    if (asked !== this.#asked || !this.mode) return;
    if (this.#slot !== slot) this.#end();
    this.#slot = slot;
    slot.pane.view.over(image, marginOf(item.tile_px));
    slot.root.append(this.other, ...(this.mode === "swipe" ? [this.divider] : []));
    writeTitle(this.other, image ? titleParts(item, choice) : { view: "The other picture could not be loaded." });
    this.#show(this.mode === "swipe" ? this.#share || 0.5 : 0);
  }

  #show(share) {
    this.#share = share;
    this.#slot?.pane?.view?.divide(share);
    this.divider.style.left = `${100 * share}%`;
    this.divider.setAttribute("aria-valuenow", String(Math.round(100 * share)));
    this.other.hidden = this.mode !== "swipe" && share > 0;
  }

  #end() {
    this.#asked += 1;
    this.#slot?.pane?.view?.over(null);
    this.#slot = null;
    if (this.#share === 0 || this.#share === 1) this.#share = 0.5;
    this.other.remove();
    this.divider.remove();
  }

  #listen() {
    const { divider } = this;
    divider.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      divider.setPointerCapture(event.pointerId);
    });
    divider.addEventListener("pointermove", (event) => {
      if (!divider.hasPointerCapture(event.pointerId)) return;
      const { left, width } = divider.parentElement.getBoundingClientRect();
      this.#show(Math.min(1, Math.max(0, (event.clientX - left) / width)));
    });
    divider.addEventListener("keydown", (event) => {
      const steps = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (!steps) return;
      event.preventDefault(); // the arrows are the page's as well
      this.move(steps);
    });
  }
}
