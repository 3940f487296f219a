// Where the tile lies: the whole of the scene that is on the stage, small and in the same view, with a mark.
import { element } from "../lib/dom.js";
import { aspectOf } from "../map/true_shape.js";
import { wholeOf } from "../panes/picture.js";

const SIZE = 320; // px of the picture's side

export class Locator {
  #shown = null;

  constructor(holder, project) {
    Object.assign(this, { holder, project });
    this.image = element("img", { alt: "" });
    this.mark = element("i");
    this.caption = element("figcaption");
    holder.append(element("div", {}, this.image, this.mark), this.caption);
  }

  show(item, { scene, view }) {
    const [firstColumn, firstRow, columns, rows] = scene?.block ?? [0, 0, 1, 1];
    // A scene of one tile, such as a ready-made chip, is its own map.
    this.holder.hidden = !scene || columns * rows <= 1;
    if (this.holder.hidden) return;
    const address = wholeOf(this.project, { scene, view }, SIZE);
    if (this.#shown !== address) this.image.src = address;
    this.#shown = address;
    // The picture is a square of tiles, of which the scene has a part.
    const side = Math.max(columns, rows);
    Object.assign(this.image.style, { width: share(side, columns), height: share(side, rows) });
    this.holder.style.setProperty("--ratio", (aspectOf(item.ground) * columns) / rows);
    const { style } = this.mark;
    Object.assign(style, { left: share(item.column - firstColumn, columns), top: share(item.row - firstRow, rows) });
    Object.assign(style, { width: share(1, columns), height: share(1, rows) });
    const date = scene.acquired ? `, ${scene.acquired.slice(0, 10)}` : "";
    const place = `column ${item.column}, row ${item.row}`;
    this.caption.replaceChildren(`${scene.name}${date} `, element("span", {}, place));
  }
}

function share(part, of) {
  return `${(100 * part) / of}%`;
}
