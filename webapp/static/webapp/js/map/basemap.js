// A basemap below the scenes: tiles of another server, fetched only while it is shown, and told nothing of the page.
import * as L from "leaflet";
import { element } from "../lib/dom.js";

const PANE = "basemap";
const BELOW = 150; // the tiles of scenes lie at 200
const DEEPEST = 40; // zoom; beyond the server's own its tiles are enlarged

export class BasemapLayer {
  #layer = null;

  constructor(map) {
    this.map = map;
    map.createPane(PANE).style.zIndex = BELOW;
    this.words = element("p", { class: "map-credit", role: "note" });
    this.credit = L.control({ position: "bottomright" });
    this.credit.onAdd = () => this.words;
  }

  // basemap: { name, url, attribution, link, max_zoom } or null
  show(basemap) {
    this.#layer?.remove();
    this.#layer = null;
    this.credit.remove();
    if (!basemap) return;
    this.words.replaceChildren(creditOf(basemap));
    this.credit.addTo(this.map);
    const zooms = { maxNativeZoom: basemap.max_zoom, maxZoom: DEEPEST };
    this.#layer = L.tileLayer(basemap.url, { pane: PANE, referrerPolicy: "no-referrer", ...zooms });
    // All works without it, but for the empty ground.
    this.#layer.once("tileerror", () => this.words.append(" (parts cannot be fetched)"));
    this.#layer.addTo(this.map);
  }
}

function creditOf({ attribution, link }) {
  if (!link) return attribution;
  return element("a", { href: link, target: "_blank", rel: "noopener noreferrer" }, attribution);
}
