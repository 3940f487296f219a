// A pane with the picture of a scene in one of its views, with the tile's surroundings.
import { Emitter } from "../lib/events.js";
import { withQuery } from "../lib/urls.js";
import { TileView } from "../map/tile_view.js";
import { aspectOf } from "../map/true_shape.js";
import { marginOf } from "../state/views.js";
import { urls } from "../ui/shell.js";

const WHOLE_PX = 1024; // of the picture of a whole scene

export class PicturePane extends Emitter {
  #wanted = null;
  #wholeAsked = null;

  constructor(holder, { shelf, paintable = false }) {
    super();
    this.shelf = shelf;
    this.view = new TileView(holder, { paintable });
    this.view.on("hover", (point) => this.fire("hover", point));
  }

  // Have a picture ready. One that fails here is asked for again when its turn comes, and only then complained about.
  static prefetch(item, choice, shelf) {
    shelf.picture(pictureOf(item, choice)).catch(() => {});
  }

  async show(item, choice) {
    const wanted = { item };
    this.#wanted = wanted;
    const image = await ownImage(this.shelf, pictureOf(item, choice));
    if (this.#wanted !== wanted) return false;
    const aspect = aspectOf(item.ground);
    this.view.show(image, { size: item.tile_px, margin: marginOf(item.tile_px), aspect });
    return true;
  }

  // Show the whole scene around the tile, or the tile again.
  async whole(on, project, item, choice) {
    const asked = {};
    this.#wholeAsked = asked;
    if (!on || !choice.scene) {
      this.view.whole(null);
      return;
    }
    const image = await ownImage(this.shelf, wholeOf(project, choice, WHOLE_PX));
    if (this.#wholeAsked !== asked) return;
    const [column, row, columns, rows] = choice.scene.block;
    const px = item.tile_px;
    const corner = [(column - item.column) * px, (row - item.row) * px];
    this.view.whole(image, corner, Math.max(columns, rows) * px, [columns * px, rows * px]);
  }

  clear() {
    this.#wanted = this.#wholeAsked = null;
    this.view.clear();
  }

  cursor(point) {
    this.view.cursor(point);
  }

  remove() {
    this.view.remove();
  }
}

// A decoded image that nobody else shows: two panes may look at the same.
export async function ownImage(shelf, address) {
  const image = await shelf.picture(address);
  if (!image.isConnected) return image;
  const copy = image.cloneNode();
  copy.removeAttribute("style");
  copy.className = "";
  await copy.decode();
  return copy;
}

// The address of what a pane shows of an item
export function pictureOf(item, { scene, view }) {
  const margin = marginOf(item.tile_px);
  return withQuery(item.chip_url, { scene: scene?.id, ...view?.query, margin, native: 1 });
}

// The address of a picture of the square of tiles that holds the whole scene
export function wholeOf(project, { scene, view }, size) {
  return urls.get("scene-preview", project, scene.id, { size, lattice: 1, ...view?.query });
}
