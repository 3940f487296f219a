// A wall of chips, for tiles that have no place on the map.
import { element } from "../lib/dom.js";

const AT_ONCE = 300;

export class ChipWall {
  // linkOf(tile) -> address or null; imageOf(tile) -> address; describe(tile) -> { text, colour }
  constructor(holder, { linkOf, imageOf, describe }) {
    Object.assign(this, { holder, linkOf, imageOf, describe });
    this.shown = AT_ONCE;
  }

  show(tiles) {
    const list = element(
      "ul",
      {},
      tiles.slice(0, this.shown).map((tile) => element("li", {}, this.chip(tile))),
    );
    const left = tiles.length - this.shown;
    const more = () => {
      this.shown += AT_ONCE;
      this.show(tiles);
    };
    this.holder.replaceChildren(list);
    if (left > 0) this.holder.append(element("button", { type: "button", onclick: more }, `Show more (${left} left)`));
  }

  chip(tile) {
    const { text, colour } = this.describe(tile);
    const image = element("img", { src: this.imageOf(tile), alt: "", loading: "lazy", width: 104, height: 104 });
    const mark = colour && element("i", { class: "swatch", style: { "--colour": colour } });
    const attributes = { class: tile.state, href: this.linkOf(tile), title: `Tile ${tile.index}: ${text}` };
    return element("a", attributes, image, element("span", {}, mark, text));
  }
}
