// The tile grid on one canvas: corners are projected once, so that 20,000 tiles redraw within a frame or two.
import * as L from "leaflet";
import { paintCell } from "./patterns.js";

const LINES_FROM_PX = 5; // cells smaller than this have no outline

export const TileGrid = L.Layer.extend({
  // options: paintOf(properties) -> paint, onHover(properties | null, point), onPick(properties)
  initialize(options) {
    L.setOptions(this, options);
    this.cells = [];
    this.hovered = null;
    this.pointer = null; // where it rests, in pixels of the container
  },

  onAdd(map) {
    this.canvas = L.DomUtil.create("canvas", "tile-grid leaflet-zoom-hide");
    map.getPane("overlayPane").append(this.canvas);
    map.on("moveend zoomend viewreset resize", this.redraw, this);
    map.on("mousemove", this.hover, this);
    map.on("mouseout", this.leave, this);
    map.on("click", this.pick, this);
    this.redraw();
  },

  onRemove(map) {
    this.canvas.remove();
    this.outlined?.remove();
    map.off("moveend zoomend viewreset resize", this.redraw, this);
    map.off("mousemove", this.hover, this);
    map.off("mouseout", this.leave, this);
    map.off("click", this.pick, this);
  },

  setFeatures(features) {
    const around = this._map?.getCenter().lng ?? 0;
    this.cells = features.filter(({ geometry }) => geometry).map((feature) => cellOf(feature, around));
    this.hovered = null;
    this.redraw();
  },

  hide() {
    this.canvas.style.visibility = "hidden";
  },

  reveal() {
    this.canvas.style.visibility = "";
  },

  redraw() {
    const map = this._map;
    if (!map) return;
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this._map && this.draw());
  },

  draw() {
    const context = this.prepare();
    const { scale, origin, size } = this.frameOf();
    this.linesVisible = this.cells.length === 0 || widthOf(this.cells[0]) * scale >= LINES_FROM_PX;
    for (const cell of this.cells) {
      const box = boxOf(cell, scale, origin);
      if (box.left > size.x || box.top > size.y || box.left + box.width < 0 || box.top + box.height < 0) continue;
      this.drawCell(context, cell, box, scale, origin);
    }
    if (this.pointer) this.point(this.pointer); // the ground or its tiles moved below it
  },

  drawCell(context, cell, box, scale, origin) {
    const path = pathOf(cell, scale, origin);
    paintCell(context, path, box, this.options.paintOf(cell.properties));
    if (!this.linesVisible) return;
    context.lineWidth = 1;
    context.strokeStyle = "rgb(255 255 255 / 24%)";
    context.stroke(path);
  },

  prepare() {
    const size = this._map.getSize();
    const ratio = globalThis.devicePixelRatio || 1;
    L.DomUtil.setPosition(this.canvas, this._map.containerPointToLayerPoint([0, 0]));
    this.canvas.width = size.x * ratio;
    this.canvas.height = size.y * ratio;
    this.canvas.style.width = `${size.x}px`;
    this.canvas.style.height = `${size.y}px`;
    const context = this.canvas.getContext("2d");
    context.scale(ratio, ratio);
    return context;
  },

  // From world pixels at zoom 0 to pixels of the container.
  frameOf() {
    const map = this._map;
    const corner = map.containerPointToLatLng([0, 0]);
    return { scale: map.getZoomScale(map.getZoom(), 0), origin: map.project(corner), size: map.getSize() };
  },

  cellAt(latlng) {
    const point = this._map.project(latlng, 0);
    return this.cells.findLast(
      ({ box }) => point.x >= box[0] && point.x < box[2] && point.y >= box[1] && point.y < box[3],
    );
  },

  hover({ containerPoint }) {
    this.point(containerPoint);
  },

  point(at) {
    this.pointer = at;
    const cell = this.cellAt(this._map.containerPointToLatLng(at)) ?? null;
    this.options.onHover?.(cell?.properties ?? null, at);
    if (cell === this.hovered) return;
    this.hovered = cell;
    this.outline(cell);
  },

  leave() {
    this.pointer = null;
    this.hovered = null;
    this.options.onHover?.(null);
    this.outline(null);
  },

  // A layer of its own: the pointer must not redraw thousands of cells.
  outline(cell) {
    this._map.getContainer().classList.toggle("over-tile", Boolean(cell));
    this.outlined?.remove();
    if (!cell) return;
    const corners = cell.rings.map((ring) => ring.map((point) => L.CRS.EPSG3857.pointToLatLng(point, 0)));
    const style = { className: "tile-outline", color: "#ffffff", fill: false, weight: 3, interactive: false };
    this.outlined = L.polygon(corners, style).addTo(this._map);
  },

  pick(event) {
    const cell = this.cellAt(event.latlng);
    if (cell) this.options.onPick?.(cell.properties, event.containerPoint);
  },
});

// A tile across the antimeridian has two parts; they are put where they meet, on the side that is looked at.
function cellOf({ geometry, properties }, around) {
  const parts = geometry.type === "MultiPolygon" ? geometry.coordinates : [geometry.coordinates];
  const rings = parts.map(([ring]) => {
    const turns = 360 * Math.round((around - ring[0][0]) / 360);
    return ring.map(([lng, lat]) => L.CRS.EPSG3857.latLngToPoint(L.latLng(lat, lng + turns), 0));
  });
  const xs = rings.flat().map(({ x }) => x);
  const ys = rings.flat().map(({ y }) => y);
  return { properties, rings, box: [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)] };
}

function widthOf({ box }) {
  return box[2] - box[0];
}

function boxOf({ box }, scale, origin) {
  const left = box[0] * scale - origin.x;
  const top = box[1] * scale - origin.y;
  return { left, top, width: (box[2] - box[0]) * scale, height: (box[3] - box[1]) * scale };
}

function pathOf({ rings }, scale, origin) {
  const path = new Path2D();
  for (const [first, ...rest] of rings) {
    path.moveTo(first.x * scale - origin.x, first.y * scale - origin.y);
    for (const { x, y } of rest) path.lineTo(x * scale - origin.x, y * scale - origin.y);
    path.closePath();
  }
  return path;
}
