// The stage: panes with the tile in the chosen views, audit flag and locator. Fires "shown" with the item,
// "pane" with { scene, view } of the active pane, and "hover" with { item, x, y } in pixels of the tile, or null.
import { byId } from "../lib/dom.js";
import { Emitter } from "../lib/events.js";
import { recall, remember } from "../lib/memory.js";
import { rangeOf, stretchFilter } from "../lib/stretch.js";
import { likeliest, marginOf, neighbour } from "../state/views.js";
import { paneFor } from "./index.js";
import { pictureOf } from "./picture.js";

export class Stage extends Emitter {
  #item = null;
  #stretched = false;
  #active = { scene: null, view: null };

  constructor({ shelf, locator, scope, paintable }) {
    super();
    Object.assign(this, { shelf, locator });
    this.memory = `view:${scope}`;
    this.preferred = recall(this.memory);
    this.root = byId("stage");
    const Pane = paneFor(null);
    this.pane = new Pane(byId("tile"), { shelf, paintable });
    this.pane.on("hover", (point) => this.fire("hover", point && this.#item ? { item: this.#item, ...point } : null));
  }

  get view() {
    return this.pane.view;
  }

  // The scene of the current item and the view { name, title, query } that the active pane shows
  get active() {
    return this.#active;
  }

  // Show a sample; say whether it is on the screen (false: another one was asked for meanwhile).
  async show(item) {
    const choice = choiceOf(item, this.preferred);
    const filter = (image, tilePx) => (this.#stretched ? filterOf(image, tilePx) : "");
    if (!(await this.pane.show(item, choice, { filter }))) return false;
    this.#item = item;
    this.root.classList.remove("empty");
    const title = choice.view?.title ?? "";
    byId("view").textContent = title;
    byId("tile").setAttribute("aria-label", `Tile in column ${item.column}, row ${item.row}, ${title}`);
    byId("audit").hidden = !item.audit;
    this.locator.show(item, choice);
    this.#active = choice;
    this.fire("pane", choice);
    this.fire("shown", item);
    return true;
  }

  clear() {
    this.#item = null;
    this.#active = { scene: null, view: null };
    this.pane.clear();
    this.root.classList.add("empty");
    this.locator.holder.hidden = true;
    byId("audit").hidden = true;
    byId("view").textContent = "";
    this.fire("hover", null);
  }

  // Mark a place of the tile { x, y } in all panes, or nothing.
  cursor(point) {
    this.pane.cursor(point);
  }

  // Have these pictures ready, and the next composite of the one on the screen.
  prefetch(items) {
    for (const item of items) this.#fetch(item, this.preferred);
    if (this.#item) this.#fetch(this.#item, neighbour(this.#item, likeliest(this.#item, this.preferred), 1));
  }

  // Show the next or previous composite.
  async cycle(step) {
    if (!this.#item) return;
    this.preferred = neighbour(this.#item, likeliest(this.#item, this.preferred), step);
    remember(this.memory, this.preferred);
    await this.show(this.#item);
  }

  // Stretch the contrast to the tile, or leave it as the scene's.
  async stretch() {
    this.#stretched = !this.#stretched;
    byId("contrast").setAttribute("aria-pressed", String(this.#stretched));
    if (this.#item) await this.show(this.#item);
  }

  // Show nothing but the picture.
  bare(on) {
    this.root.closest(".label").classList.toggle("bare", on);
  }

  hideSurroundings() {
    this.root.classList.toggle("alone");
  }

  #fetch(item, preferred) {
    // A picture that fails here is asked for again when its turn comes, and only then complained about.
    this.shelf.picture(pictureOf(item, choiceOf(item, preferred))).catch(() => {});
  }
}

function choiceOf(item, preferred) {
  const like = likeliest(item, preferred);
  const scene = item.scenes.find(({ id }) => id === like?.scene) ?? null;
  return { scene, view: like && { name: like.composite, title: like.title, query: { composite: like.composite } } };
}

// The filter that suits the tile in the middle of its picture.
function filterOf(image, tilePx) {
  const margin = marginOf(tilePx);
  const context = new OffscreenCanvas(tilePx, tilePx).getContext("2d");
  const side = tilePx + 2 * margin; // the picture has the pixels of its scene, which may be finer
  context.drawImage(image, -margin, -margin, side, side);
  return stretchFilter(rangeOf(context.getImageData(0, 0, tilePx, tilePx).data));
}
