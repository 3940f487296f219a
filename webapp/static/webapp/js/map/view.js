// The map of a project: its scenes as tile layers on blank paper, with a scale and the position under the pointer.
import * as L from "leaflet";
import { Emitter } from "../lib/events.js";
import { withQuery } from "../lib/urls.js";

const DEEPER = 3; // zoom levels beyond the imagery's own resolution

export class MapView extends Emitter {
  // Fires "move" with [west, south, east, north] and "pointer" with { lat, lng } or null.
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

  fit() {
    if (this.whole) this.map.fitBounds(this.whole, { padding: [8, 8] });
  }

  show(sceneId, visible) {
    const layer = this.layers.get(sceneId);
    if (visible) layer?.addTo(this.map);
    else layer?.remove();
  }

  // styleOf(scene) -> { composite, stretch }
  restyle(styleOf) {
    for (const layer of this.layers.values()) {
      layer.setUrl(withQueryKept(layer.options.scene.tiles_url, styleOf(layer.options.scene)));
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
