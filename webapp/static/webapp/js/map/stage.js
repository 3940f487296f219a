// The stage: the tile's picture in the chosen composite, with surroundings, audit flag and locator.
import { byId } from "../lib/dom.js";
import { recall, remember } from "../lib/memory.js";
import { rangeOf, stretchFilter } from "../lib/stretch.js";
import { withQuery } from "../lib/urls.js";
import { likeliest, marginOf, neighbour } from "../state/views.js";
import { TileView } from "./tile_view.js";

export class Stage {
  #item = null;
  #wanted = null;
  #stretched = false;

  constructor({ shelf, locator, scope, paintable }) {
    Object.assign(this, { shelf, locator });
    this.memory = `view:${scope}`;
    this.preferred = recall(this.memory);
    this.root = byId("stage");
    this.view = new TileView(byId("tile"), { paintable });
  }

  // Show a sample; say whether it is on the screen (false: another one was asked for meanwhile).
  async show(item) {
    const view = likeliest(item, this.preferred);
    const address = addressOf(item, view);
    const wanted = { item };
    this.#wanted = wanted;
    const image = await this.shelf.picture(address);
    if (this.#wanted !== wanted) return false;
    this.#item = item;
    this.root.classList.remove("empty");
    image.style.filter = this.#stretched ? filterOf(image, item.tile_px) : "";
    this.view.show(image, { size: item.tile_px, margin: marginOf(item.tile_px), native: 1 });
    byId("view").textContent = view?.title ?? "";
    byId("tile").setAttribute("aria-label", `Tile in column ${item.column}, row ${item.row}, ${view?.title ?? ""}`);
    byId("audit").hidden = !item.audit;
    this.locator.show(item, view);
    return true;
  }

  clear() {
    this.#wanted = this.#item = null;
    this.view.clear();
    this.root.classList.add("empty");
    this.locator.holder.hidden = true;
    byId("audit").hidden = true;
    byId("view").textContent = "";
  }

  // Have these pictures ready, and the next composite of the one on the screen.
  prefetch(items) {
    for (const item of items) this.#fetch(item, likeliest(item, this.preferred));
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

  #fetch(item, view) {
    // A picture that fails here is asked for again when its turn comes, and only then complained about.
    this.shelf.picture(addressOf(item, view)).catch(() => {});
  }
}

// The filter that suits the tile in the middle of its picture.
function filterOf(image, tilePx) {
  const margin = marginOf(tilePx);
  const context = new OffscreenCanvas(tilePx, tilePx).getContext("2d");
  const side = tilePx + 2 * margin; // the picture has the pixels of its scene, which may be finer
  context.drawImage(image, -margin, -margin, side, side);
  return stretchFilter(rangeOf(context.getImageData(0, 0, tilePx, tilePx).data));
}

function addressOf(item, view) {
  const { scene, composite } = view ?? {};
  return withQuery(item.chip_url, { scene, composite, margin: marginOf(item.tile_px), native: 1 });
}
