// A place of the stage for a pane: its frame and title; another kind of scene gets another kind of pane.
import { element } from "../lib/dom.js";
import { Emitter } from "../lib/events.js";
import { paneFor } from "./index.js";
import { writeTitle } from "./pane_title.js";

export class Slot extends Emitter {
  #Kind = null;
  #asked = 0;

  // Fires "hover" with a point or null, "press" when it is touched, "choose" when its title is.
  constructor({ shelf, paintable, linked }) {
    super();
    Object.assign(this, { shelf, paintable, linked });
    this.title = element("button", { type: "button", class: "pane-title", onclick: () => this.fire("choose") });
    this.fault = element("p", { class: "pane-fault", role: "alert", hidden: true });
    this.root = element("section", { class: "pane" }, this.title, this.fault);
    this.root.addEventListener("pointerdown", () => this.fire("press"), { capture: true });
  }

  // Show a choice of an item; say whether it is on the screen (false: something else was asked for meanwhile).
  async show(item, choice) {
    this.#asked += 1;
    const asked = this.#asked;
    const Kind = await paneFor(choice);
    if (asked !== this.#asked) return false;
    this.#take(Kind);
    if (!(await this.pane.show(item, choice))) return false;
    this.fault.hidden = true;
    if (this.pane.view) this.linked.add(this.pane.view);
    return true;
  }

  // parts: of the title; about: the whole, for those who hear it
  tell(parts, about) {
    writeTitle(this.title, parts);
    this.holder?.setAttribute("aria-label", about);
  }

  // Say that its picture could not be had; the panes beside it go on.
  fail() {
    this.pane?.clear();
    this.fault.textContent = "The picture could not be loaded.";
    this.fault.hidden = false;
  }

  mark(active, several) {
    this.root.classList.toggle("active", active && several);
    this.root.setAttribute("aria-current", String(active));
  }

  clear() {
    this.#asked += 1;
    this.pane?.clear();
    this.fault.hidden = true;
  }

  cursor(point) {
    this.pane?.cursor(point);
  }

  remove() {
    this.#asked += 1;
    this.#leave();
    this.root.remove();
  }

  #take(Kind) {
    if (this.#Kind === Kind) return;
    this.#leave();
    this.#Kind = Kind;
    this.holder = element("div", { class: "tile", role: "img" });
    this.root.prepend(this.holder);
    const pane = new Kind(this.holder, { shelf: this.shelf, paintable: this.paintable });
    this.pane = pane;
    pane.on("hover", (point) => this.pane === pane && this.fire("hover", point));
  }

  #leave() {
    if (!this.pane) return;
    if (this.pane.view) this.linked.drop(this.pane.view);
    this.pane.remove?.();
    this.holder.remove();
    this.pane = null;
  }
}
