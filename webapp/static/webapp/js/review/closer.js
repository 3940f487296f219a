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
    const { index, chip_url: chip, date_urls: dates } = this.item;
    const words = `Tile ${index} with its surroundings`;
    const urls = dates?.length ? dates : [chip];
    const grounds = urls.map((url, at) => {
      const src = withQuery(url, { ...this.style(), margin: this.margin });
      const alt = urls.length > 1 ? `${words}, ${["earlier", "later"][at]}` : words;
      return element("span", { class: "ground" }, element("img", { src, alt }), element("i", {}));
    });
    this.holder.classList.toggle("pair", grounds.length > 1);
    this.holder.replaceChildren(
      ...grounds,
      element("figcaption", {}, urls.length > 1 ? `${words}: earlier, later` : words),
    );
  }

  hide() {
    this.show(null);
  }
}
