// A strip of tile pictures that open the tile.
import { element } from "../lib/dom.js";

// samples: [id]; linkOf(sample) -> address or null for people who may not open it; imageOf(sample) -> address
export function tileStrip(samples, { linkOf, imageOf, title }) {
  return element(
    "div",
    { class: "strip" },
    samples.map((sample) => {
      const image = element("img", { src: imageOf(sample), alt: title, width: 64, height: 64, loading: "lazy" });
      const href = linkOf(sample);
      return href ? element("a", { href, title: "Open the tile" }, image) : image;
    }),
  );
}
