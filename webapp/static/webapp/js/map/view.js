// The map of a project: its scenes as tile layers on blank paper, with a scale and the position under the pointer.
import * as L from "leaflet";
import { Emitter } from "../lib/events.js";
import { withQuery } from "../lib/urls.js";
import { areaBetween } from "../state/degrees.js";
import { BasemapLayer } from "./basemap.js";
import { drawnLines } from "./drawn_lines.js";
import { boxBetween, Pen } from "./pen.js";

const DEEPER = 3; // zoom levels beyond the imagery's own resolution

const SPECK = 26; // px: a smaller site has a sign, or nobody would find it
const ABOVE_TILES = 450; // the grid lies at 400, signs at 600
const FRAME = { paddingTopLeft: [8, 50], paddingBottomRight: [8, 8] }; // below the controls

export class MapView extends Emitter {
  // Fires "move" with [west, south, east, north], "pointer" with { lat, lng } or null, and "area" as "move" when a box
  // was drawn.
  constructor(container) {
    super();
    this.map = L.map(container, {
      attributionControl: false,
      zoomControl: false,
      zoomSnap: 0.25,
      maxBoundsViscosity: 0.8,
    });
    L.control.zoom({ position: "topright" }).addTo(this.map);
    L.control.scale({ position: "bottomright", imperial: false }).addTo(this.map);
    this.layers = new Map(); // scene id -> tile layer
    this.below = new BasemapLayer(this.map);
    this.drawings = new Map(); // id -> lines
    this.map.createPane("drawings").style.zIndex = ABOVE_TILES;
    this.ink = L.canvas({ pane: "drawings" });
    this.map.on("moveend", () => this.fire("move", this.bbox()));
    this.map.on("mousemove", (event) => this.fire("pointer", event.latlng));
    this.map.on("mouseout", () => this.fire("pointer", null));
  }

  setScenes(scenes) {
    const placed = scenes.filter(({ bounds }) => bounds);
    for (const layer of this.layers.values()) layer.remove();
    this.layers = new Map(placed.map((scene) => [scene.id, sceneLayer(scene).addTo(this.map)]));
    const whole = L.latLngBounds(placed.flatMap(({ bounds }) => corners(bounds)));
    if (!whole.isValid()) return;
    this.map.setMaxZoom(Math.max(...placed.map(({ max_zoom }) => max_zoom)) + DEEPER);
    this.map.setMaxBounds(whole.pad(0.5));
    this.whole = whole;
    this.fit();
  }

  // sites: [{ title, bounds }]; each has a sign that zooms to it while it is too small to be seen.
  setSites(sites) {
    const signs = sites.map(({ title, bounds }) => {
      const area = L.latLngBounds(corners(bounds));
      const icon = L.divIcon({ className: "site-sign", iconSize: [18, 18] });
      const sign = L.marker(area.getCenter(), { icon, title, alt: title }).on("click", () => this.fit(area));
      return { area, sign };
    });
    const show = () => {
      for (const { area, sign } of signs) {
        const [one, other] = [area.getNorthWest(), area.getSouthEast()].map((at) => this.map.latLngToLayerPoint(at));
        if (Math.max(other.x - one.x, other.y - one.y) < SPECK) sign.addTo(this.map);
        else sign.remove();
      }
    };
    this.map.on("zoomend", show);
    show();
  }

  // Show another server's map below the scenes, or none.
  basemap(basemap) {
    this.below.show(basemap);
  }

  // Draw a GeoJSON feature of lines and points over the scenes, or no longer.
  draw(id, feature) {
    this.drawings.get(id)?.remove();
    this.drawings.delete(id);
    if (!feature) return;
    const [lines, points] = feature.geometry.geometries.map(({ coordinates }) => coordinates);
    const near = (chain) => this.#near(chain);
    const drawn = { lines: lines.map(near), points: points.map((at) => near([at])[0]), ...feature.properties };
    this.drawings.set(id, drawnLines(drawn, { pane: "drawings", renderer: this.ink }).addTo(this.map));
  }

  // A line on the turn of the Earth on which the scenes lie
  #near(chain) {
    const middle = this.whole?.getCenter().lng ?? 0;
    const turn = 360 * Math.round((middle - chain[0][0]) / 360);
    return chain.map(([lng, lat]) => [lat, lng + turn]);
  }

  // Let the next drag draw a box, or none
  drawBox(on) {
    this.box ??= L.polygon([], { className: "area-box", interactive: false }).addTo(this.map);
    this.pen ??= new Pen(this.map, (one, other, done) => {
      this.box.setLatLngs(other && !done ? boxBetween(one, other) : []);
      // after the click that ends the drag, which picks no tile
      if (other && done) setTimeout(() => this.fire("area", areaBetween(one, other)));
    });
    this.pen.use(on);
  }

  get drawing() {
    return Boolean(this.pen?.drawing);
  }

  goToBounds(bounds) {
    this.fit(L.latLngBounds(corners(bounds)));
  }

  fit(bounds = this.whole) {
    if (bounds) this.map.fitBounds(bounds, FRAME);
  }

  goTo(sceneId) {
    this.fit(this.layers.get(sceneId)?.options.bounds);
  }

  show(sceneId, visible) {
    const layer = this.layers.get(sceneId);
    if (visible) layer?.addTo(this.map);
    else layer?.remove();
  }

  // styleOf(scene) -> { composite, stretch }
  restyle(styleOf) {
    for (const layer of this.layers.values()) {
      const { scene } = layer.options;
      layer.setUrl(withQueryKept(scene.tiles_url, styleOf(scene)), true);
      // Leaflet 1.9's own redraw asks for fractional zooms: putting the layer back on the map does not.
      if (this.map.hasLayer(layer)) layer.remove().addTo(this.map);
    }
  }

  add(layer) {
    layer.addTo(this.map);
    return layer;
  }

  bbox() {
    const bounds = this.map.getBounds();
    return [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
  }

  resize() {
    this.map.invalidateSize();
  }
}

function sceneLayer(scene) {
  return L.tileLayer(scene.tiles_url, {
    scene,
    bounds: L.latLngBounds(corners(scene.bounds)),
    maxNativeZoom: scene.max_zoom,
    maxZoom: scene.max_zoom + DEEPER,
    className: "scene-tiles",
  });
}

function corners([west, south, east, north]) {
  return [
    [south, west],
    [north, east],
  ];
}

// The template's {z}/{x}/{y} must stay as they are: only the query is encoded.
function withQueryKept(template, query) {
  return template + withQuery("", query);
}
