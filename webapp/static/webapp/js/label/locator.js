// Where the tile lies: the whole of the scene that is on the stage, small and in the same bands, with a mark.
import { element } from "../lib/dom.js";
import { get } from "../lib/request.js";
import { urls } from "../ui/shell.js";

const SIZE = 320; // px of the preview's longer side

export class Locator {
  #scenes = null; // promise of Map id -> scene
  #shown = null;

  constructor(holder, project) {
    Object.assign(this, { holder, project });
    this.image = element("img", { alt: "" });
    this.mark = element("i");
    this.caption = element("figcaption");
    holder.append(element("div", {}, this.image, this.mark), this.caption);
  }

  async show(item, { scene: seen, view }) {
    this.#scenes ??= this.#load();
    const scene = (await this.#scenes).get(seen?.id ?? item.scenes.at(-1)?.id);
    // A scene of one tile, such as a ready-made chip, is its own map.
    this.holder.hidden = !scene || scene.columns * scene.rows <= 1;
    if (this.holder.hidden) return;
    const address = urls.get("scene-preview", this.project, scene.id, { size: SIZE, ...view?.query });
    if (this.#shown !== address) this.image.src = address;
    this.#shown = address;
    const [column, row] = [item.column - scene.first_column, item.row - scene.first_row];
    this.holder.style.setProperty("--ratio", scene.width / scene.height);
    const share = (px, of) => `${(100 * px * item.tile_px) / of}%`;
    Object.assign(this.mark.style, { left: share(column, scene.width), top: share(row, scene.height) });
    Object.assign(this.mark.style, { width: share(1, scene.width), height: share(1, scene.height) });
    const date = scene.acquired ? `, ${scene.acquired.slice(0, 10)}` : "";
    const place = `column ${item.column}, row ${item.row}`;
    this.caption.replaceChildren(`${scene.name}${date} `, element("span", {}, place));
  }

  async #load() {
    const [page] = await get(urls.get("api:scene-list", this.project, { page_size: 1000 }), { quiet: true });
    return new Map((page?.results ?? []).map((scene) => [scene.id, scene]));
  }
}
