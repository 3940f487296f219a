// Teaching in place: after each stroke a small model learns from the paint of this tile, and its answer can be seen.
import { byId } from "../../lib/dom.js";
import { count } from "../../lib/format.js";
import { MaskLayer } from "../../map/mask_layer.js";
import { taught } from "./likeness/pupil.js";

const CALM = 60; // ms after a stroke, so that the next one is not held up

export class Teaching {
  #item = null;
  #view = "mine";
  #answer = null; // of the pupil
  #waiting = 0;

  constructor(easel) {
    this.easel = easel;
    this.layer = new MaskLayer(easel.stage.view, easel.colours, { opacity: 0.55, className: "taught" });
  }

  load(item) {
    this.clear();
    this.#item = item;
  }

  clear() {
    clearTimeout(this.#waiting);
    this.#item = null;
    this.#answer = null;
    this.#show();
  }

  // It is known now what the tile looks like.
  look() {
    if (this.#view !== "mine") this.learn();
  }

  // Show what was painted ("mine"), what the pupil says ("model"), or where that is something else ("apart").
  see(view) {
    this.#view = view;
    if (view === "mine") this.#show();
    else this.#study();
  }

  // A stroke has ended: learn soon, if anybody looks.
  learn() {
    clearTimeout(this.#waiting);
    this.#answer = null;
    if (this.#view !== "mine") this.#waiting = setTimeout(() => this.#study(), CALM);
  }

  // Take over what the pupil says where nothing is painted, while that is shown; say whether it was.
  take() {
    if (this.#view !== "model" || !this.#answer) return false;
    this.easel.mask.take(this.#answer.classes);
    return true;
  }

  async #study() {
    const item = this.#item;
    const { looks } = this.easel.painter;
    if (!item || !looks?.likeness) {
      this.#tell(looks?.why ?? "This tile is still being looked at: a moment.");
      this.#show();
      return;
    }
    const address = item.audit ? null : item.suggestion?.mask_url;
    const hints = address ? await this.easel.shelf.mask(address).catch(() => null) : null;
    if (this.#item !== item) return;
    this.#answer = taught(looks.likeness, item.work.pixels, hints?.pixels ?? null);
    this.#tell(this.#words(Boolean(hints)));
    this.#show();
  }

  #words(hinted) {
    if (!this.#answer) return "Paint a little of two classes: a small model learns from that and colours the tile.";
    const { painted, codes } = this.#answer;
    const beside = hinted ? ", and from what the project's model suggests here" : "";
    return `A small model, of this tile alone: learnt from ${count(painted, "pixel")} of yours in ${codes.length} classes${beside}. M takes it where nothing is painted.`;
  }

  #tell(text) {
    byId("taught").textContent = text;
  }

  #show() {
    const { mask, layer } = this.easel;
    byId("taught").hidden = this.#view === "mine";
    for (const button of document.querySelectorAll("[data-see]")) {
      button.setAttribute("aria-pressed", String(button.dataset.see === this.#view));
    }
    const pixels = mask && this.#answer ? this.#pixels(mask.pixels) : null;
    this.layer.show(pixels ? { pixels, width: mask.width, height: mask.height } : null);
    layer.hide(Boolean(pixels));
  }

  #pixels(mine) {
    const { classes } = this.#answer;
    if (this.#view === "mine") return null;
    if (this.#view === "model") return classes;
    return classes.map((code, at) => (mine[at] && mine[at] !== code ? code : 0));
  }
}
