// A pane with the picture of a scene in one of its views, with the tile's surroundings.
import { Emitter } from "../lib/events.js";
import { withQuery } from "../lib/urls.js";
import { TileView } from "../map/tile_view.js";
import { marginOf } from "../state/views.js";

export class PicturePane extends Emitter {
  #wanted = null;

  constructor(holder, { shelf, paintable = false }) {
    super();
    this.shelf = shelf;
    this.view = new TileView(holder, { paintable });
    this.view.on("hover", (point) => this.fire("hover", point));
  }

  async show(item, { scene, view }, { filter = () => "" } = {}) {
    const wanted = { item };
    this.#wanted = wanted;
    const image = await this.shelf.picture(pictureOf(item, { scene, view }));
    if (this.#wanted !== wanted) return false;
    image.style.filter = filter(image, item.tile_px);
    this.view.show(image, { size: item.tile_px, margin: marginOf(item.tile_px) });
    return true;
  }

  clear() {
    this.#wanted = null;
    this.view.clear();
  }

  cursor(point) {
    this.view.cursor(point);
  }
}

// The address of what a pane shows of an item, to have it ready before.
export function pictureOf(item, { scene, view }) {
  const margin = marginOf(item.tile_px);
  return withQuery(item.chip_url, { scene: scene?.id, ...view?.query, margin, native: 1 });
}
