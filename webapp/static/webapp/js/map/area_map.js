// A small map of an area that is looked for: it is drawn by dragging, and what was offered lies on it. No picture of
// the ground is fetched: degrees and the project's scenes say where one is.
import * as L from "leaflet";
import { Emitter } from "../lib/events.js";
import { areaBetween, degreesText, ringNear, ringOf, stepFor, unfolded } from "../state/degrees.js";
import { boxBetween, Pen } from "./pen.js";

const FRAME = { padding: [24, 24], animate: false };
const END = 85; // degrees of latitude that the map reaches
const DEEPEST = 18; // zoom

export class AreaMap extends Emitter {
  // Fires "area" [west, south, east, north] when one was drawn, "over" with an offer's id or null, "pick" with an id.
  constructor(container) {
    super();
    this.map = L.map(container, { attributionControl: false, zoomControl: false, zoomSnap: 0.25, maxZoom: DEEPEST });
    this.map.setView([0, 0], 0);
    L.control.zoom({ position: "topright" }).addTo(this.map);
    L.control.scale({ position: "bottomright", imperial: false }).addTo(this.map);
    this.lines = L.layerGroup().addTo(this.map);
    this.scenes = L.layerGroup().addTo(this.map);
    this.offers = L.layerGroup().addTo(this.map);
    this.box = L.polygon([], { className: "area-box", interactive: false }).addTo(this.map);
    this.shapes = new Map(); // id -> the shape of an offer
    this.map.on("moveend", () => this.#drawLines());
    this.#drawLines();
    this.pen = new Pen(this.map, (one, other, done) => this.#drawn(one, other, done));
  }

  // whole: whether the map goes there
  setArea(area, whole = true) {
    this.area = area;
    this.box.setLatLngs(area ? ringNear(ringOf(area), this.#middle()) : []);
    if (area && whole) this.fit(area);
  }

  // areas: of the project's scenes
  setScenes(areas) {
    const look = { className: "area-scene", interactive: false };
    this.scenes.clearLayers();
    for (const area of areas) L.polygon(ringNear(ringOf(area), this.#middle()), look).addTo(this.scenes);
  }

  // offers: [{ id, outline, bbox, status }]
  setOffers(offers) {
    this.offers.clearLayers();
    this.shapes = new Map();
    for (const { id, outline, bbox, status } of offers) {
      const rings = outline.length ? outline : bbox ? [ringOf(bbox)] : [];
      if (!rings.length) continue;
      const near = rings.map((ring) => [ringNear(ring, this.#middle())]);
      const shape = L.polygon(near, { className: `area-offer ${status}`, bubblingMouseEvents: false });
      shape.on("mouseover", () => this.fire("over", id));
      shape.on("mouseout", () => this.fire("over", null));
      shape.on("click", () => this.pen.drawing || this.fire("pick", id));
      this.shapes.set(id, shape.addTo(this.offers));
    }
  }

  // Let one offer stand out, or none.
  highlight(id) {
    for (const [each, shape] of this.shapes) shape.getElement()?.classList.toggle("lit", each === id);
    if (id !== null) this.shapes.get(id)?.bringToFront();
  }

  fit(area) {
    const [west, south, east, north] = unfolded(area);
    this.map.fitBounds(
      [
        [Math.max(south, -END), west],
        [Math.min(north, END), east],
      ],
      FRAME,
    );
  }

  resize() {
    this.map.invalidateSize();
  }

  // Let the next drag draw an area.
  draw(on) {
    this.pen.use(on);
  }

  #drawn(one, other, done) {
    if (!other) return this.setArea(this.area, false);
    if (!done) return this.box.setLatLngs(boxBetween(one, other));
    this.setArea(areaBetween(one, other), false);
    this.fire("area", this.area);
  }

  // Longitudes next to which all is drawn: those of the area, or of what is seen
  #middle() {
    if (!this.area) return this.map.getCenter().lng;
    const [west, , east] = unfolded(this.area);
    return (west + east) / 2;
  }

  #drawLines() {
    const bounds = this.map.getBounds();
    const [west, east] = [bounds.getWest(), bounds.getEast()];
    const [south, north] = [Math.max(bounds.getSouth(), -END), Math.min(bounds.getNorth(), END)];
    const look = { className: "graticule", interactive: false };
    this.lines.clearLayers();
    for (const at of multiples(west, east, stepFor(east - west))) {
      L.polyline(
        [
          [south, at],
          [north, at],
        ],
        look,
      ).addTo(this.lines);
      this.#label([south, at], degreesText(at, "EW"), "east");
    }
    for (const at of multiples(south, north, stepFor(north - south))) {
      L.polyline(
        [
          [at, west],
          [at, east],
        ],
        look,
      ).addTo(this.lines);
      this.#label([at, west], degreesText(at, "NS"), "north");
    }
  }

  #label(at, text, side) {
    const words = document.createElement("span");
    words.textContent = text;
    const icon = L.divIcon({ className: `graticule-label ${side}`, html: words, iconSize: null });
    L.marker(at, { icon, interactive: false, keyboard: false }).addTo(this.lines);
  }
}

function multiples(low, high, step) {
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.max(0, Math.floor(high / step) - first + 1) }, (_, at) => (first + at) * step);
}
