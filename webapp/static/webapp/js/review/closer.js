// The focused tile, large and with its surroundings, while a key is held.
import { element } from "../lib/dom.js";
import { withQuery } from "../lib/urls.js";

export class Closer {
  // style() -> query of the pictures; margin: px of surroundings
  constructor(holder, { style, margin }) {
    Object.assign(this, { holder, style, margin });
    this.item = null;
  }

  show(item) {
    this.item = item;
    this.draw();
  }

  draw() {
    this.holder.hidden = !this.item;
    if (!this.item) return;
    const src = withQuery(this.item.chip_url, { ...this.style(), margin: this.margin });
    const words = `Tile ${this.item.index} with its surroundings`;
    this.holder.replaceChildren(
      element("span", { class: "ground" }, element("img", { src, alt: words }), element("i", {})),
      element("figcaption", {}, words),
    );
  }

  hide() {
    this.show(null);
  }
}
