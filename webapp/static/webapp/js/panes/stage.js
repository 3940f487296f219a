// The stage: one to four panes with the tile, audit flag and locator. Fires "shown" with the item, "pane" with
// { scene, view } of the active pane, and "hover" with { item, x, y } in pixels of the tile, or null.
import { byId } from "../lib/dom.js";
import { Emitter } from "../lib/events.js";
import { datesOf, otherDate, otherView, scenesOf, titleOf, titleParts, viewFor } from "../state/views.js";
import { paneFor } from "./index.js";
import { LinkedViews } from "./linked.js";
import { Slot } from "./slot.js";

const NOTHING = { scene: null, view: null };

export class Stage extends Emitter {
  #item = null;
  #wanted = null;
  #slots = [];
  #active = NOTHING;
  #pinned = null;
  #before = null; // the frame that was looked at before the whole scene

  // Further choices of an item to have ready
  also = () => [];

  // layout: what the panes show
  constructor({ shelf, locator, layout, project, paintable }) {
    super();
    Object.assign(this, { shelf, locator, layout, project, paintable });
    this.root = byId("stage");
    this.holder = byId("panes");
    this.view = new LinkedViews();
  }

  // The scene of the current item and the view { view, title, query } that the active pane shows
  get active() {
    return this.#active;
  }

  get item() {
    return this.#item;
  }

  get slot() {
    return this.#slots[this.layout.active];
  }

  // Show a sample; say whether it is on the screen (false: another one was asked for meanwhile).
  async show(item) {
    const wanted = { item };
    this.#wanted = wanted;
    const choices = this.layout.choices(item);
    this.#arrange(choices.length);
    const shown = await Promise.allSettled(choices.map((choice, at) => this.#slots[at].show(item, choice)));
    if (this.#wanted !== wanted) return false;
    const [first, ...failed] = shown.filter(({ status }) => status === "rejected");
    if (failed.length + 1 === shown.length && first) throw first.reason;
    for (const [at, { status }] of shown.entries()) if (status === "rejected") this.#slots[at].fail();
    const another = this.#item !== item;
    this.#item = item;
    this.root.classList.remove("empty");
    if (this.#before && another) this.whole();
    else if (this.#before) await this.#showWhole();
    this.#tell(item, choices);
    this.fire("shown", item);
    return true;
  }

  clear() {
    this.#wanted = this.#item = null;
    this.#active = NOTHING;
    for (const slot of this.#slots) slot.clear();
    this.root.classList.add("empty");
    this.locator.holder.hidden = true;
    byId("audit").hidden = true;
    byId("view").textContent = "";
    this.fire("hover", null);
  }

  // Mark a place of the tile { x, y } in all panes, or nothing.
  cursor(point) {
    this.#pinned = point;
    for (const slot of this.#slots) slot.cursor(point);
  }

  // Have the pictures of these samples ready in all panes, and of the one on the screen what a key would show.
  prefetch(items) {
    for (const item of items) {
      for (const choice of [...this.layout.choices(item), ...this.also(item)]) this.#fetch(item, choice);
    }
    if (this.#item && this.#active.scene) this.#ready(this.#item);
  }

  // Change the layout and show what comes of it: `change` is given layout and item.
  async look(change) {
    if (!this.#item) return;
    change(this.layout, this.#item);
    await this.show(this.#item);
  }

  // Choose the active pane.
  activate(index) {
    if (index === this.layout.active) return;
    this.layout.activate(index);
    if (this.#item) this.#tell(this.#item, this.layout.choices(this.#item));
  }

  step(by) {
    const { active, count } = this.layout;
    this.activate((active + by + count) % count);
  }

  // The contrast of the tile in all panes, or that of each view.
  async stretch() {
    this.layout.local = !this.layout.local;
    byId("contrast").setAttribute("aria-pressed", String(this.layout.local));
    if (this.#item) await this.show(this.#item);
  }

  // Zoom out to the whole scene in all panes, and back to where one was.
  async whole() {
    if (!this.#item) return;
    const on = !this.#before;
    this.#before = on ? this.view.frame : this.#leaveWhole();
    if (on) await this.#showWhole();
    byId("whole").setAttribute("aria-pressed", String(on));
  }

  // Show nothing but the picture.
  bare(on) {
    this.root.closest(".label").classList.toggle("bare", on);
  }

  hideSurroundings() {
    this.root.classList.toggle("alone");
  }

  async #showWhole() {
    const choices = this.layout.choices(this.#item);
    const views = this.#slots.map(({ pane }, at) => pane.whole?.(true, this.project, this.#item, choices[at]));
    await Promise.allSettled(views);
  }

  #leaveWhole() {
    for (const { pane } of this.#slots) pane?.whole?.(false);
    if (this.#before) this.view.lookAt(this.#before);
    return null;
  }

  #arrange(count) {
    while (this.#slots.length > count) this.#slots.pop().remove();
    while (this.#slots.length < count) this.#slots.push(this.#slotAt(this.#slots.length));
    this.holder.dataset.count = count;
  }

  #slotAt(index) {
    const slot = new Slot({ shelf: this.shelf, paintable: this.paintable, linked: this.view });
    slot.on("press", () => this.activate(index));
    slot.on("choose", () => this.fire("choose", slot));
    slot.on("hover", (point) => this.#hover(slot, point));
    this.holder.append(slot.root);
    return slot;
  }

  // One cursor in all: the pointer itself marks the place in the pane that it is over.
  #hover(from, point) {
    for (const slot of this.#slots) slot.cursor(point && slot !== from ? point : this.#pinned);
    this.fire("hover", point && this.#item ? { item: this.#item, ...point } : null);
  }

  #tell(item, choices) {
    const several = choices.length > 1;
    const place = `ile in column ${item.column}, row ${item.row}`;
    for (const [at, choice] of choices.entries()) {
      const which = several ? `Pane ${at + 1}: t${place}` : `T${place}`;
      this.#slots[at].tell(titleParts(item, choice), `${which}, ${titleOf(item, choice)}`);
      this.#slots[at].mark(at === this.layout.active, several);
    }
    this.#active = choices[this.layout.active];
    byId("pane-away").hidden = !several;
    this.#offer(item);
    byId("view").textContent = this.#active.view?.title ?? "";
    byId("audit").hidden = !item.audit;
    this.locator.show(item, this.#active);
    this.fire("pane", this.#active);
  }

  // Buttons of what there is
  #offer(item) {
    const scenes = scenesOf(item);
    byId("date").hidden = datesOf(item, this.#active.scene).length < 2;
    byId("sensor").hidden = new Set(scenes.map(({ sensor }) => sensor)).size < 2;
  }

  // What the keys for views and dates would bring
  #ready(item) {
    const { layout } = this;
    const { scene, view } = this.#active;
    this.#fetch(item, layout.drawn(otherView(this.#active, 1, layout.catalogue)));
    const later = otherDate(item, scene, 1);
    this.#fetch(item, layout.drawn({ scene: later, view: viewFor(later, { view: view?.view }, layout.catalogue) }));
  }

  async #fetch(item, choice) {
    const Kind = await Promise.resolve(paneFor(choice)).catch(() => null); // it is loaded when it is shown
    Kind?.prefetch(item, choice, this.shelf);
  }
}
