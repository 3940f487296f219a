// One tile with its surroundings, in its own pixels: pixel (x, y) lies at latitude -y, longitude x.
import { DivIcon, ImageOverlay, Map as LeafletMap, Marker, SVGOverlay } from "leaflet";
import { Emitter } from "../lib/events.js";
import { drawnLines } from "./drawn_lines.js";
import { listenToHand } from "./hand.js";
import { sketchOf } from "./sketch.js";
import { frameOf } from "./tile_frame.js";
import { shapedLike } from "./true_shape.js";

const LARGEST_ZOOM = 6;
const SMALLEST_ZOOM = -3;
// Panes from below to above: the whole scene, the picture, what it is compared with, drawn lines, what hides its surroundings, the masks, the cursor; lines lie above.
const PANES = { whole: 330, picture: 340, over: 345, lines: 348, curtain: 350, mask: 360, cursor: 370, drawn: 375 };

export class TileView extends Emitter {
  #image = null;
  #size = null; // {width, height} of the tile, in px
  #aspect = 1;
  #room = null; // how far it can be moved
  #whole = null; // a picture of the whole scene
  #over = null; // a second picture
  #share = 0; // of the view's width that shows the first one
  #frame = null;
  #sketch = null;
  #cross = null;
  #sizes;
  #pointer = null; // its newest event, while it is over the view

  // Fires "look" when its frame moves, "resize" when it should fit again, and "hover" with { x, y } under the pointer, also beside the tile, or null. `paintable`: the left button draws, and the others move the picture.
  constructor(container, { paintable = false } = {}) {
    super();
    this.map = new LeafletMap(container, {
      crs: shapedLike(1),
      attributionControl: false,
      zoomControl: false,
      keyboard: false,
      doubleClickZoom: false,
      zoomAnimation: false, // others follow at once
      boxZoom: false,
      dragging: !paintable,
      zoomSnap: 0,
      zoomDelta: 0.5,
      wheelPxPerZoomLevel: 120,
      minZoom: SMALLEST_ZOOM,
      maxZoom: LARGEST_ZOOM,
      maxBoundsViscosity: 1,
    });
    for (const [name, height] of Object.entries(PANES)) this.map.createPane(name).style.zIndex = height;
    this.map.setView([0, 0], 0);
    this.map.on("move", () => {
      this.fire("look");
      this.#clip();
      if (this.#pointer) this.#hover(this.#pointer); // another place lies under it now
    });
    this.#listen(container, paintable);
    this.#sizes = new ResizeObserver(() => this.#resized());
    this.#sizes.observe(container);
  }

  // Show a decoded picture of a tile of `size` px with `margin` px around it; a pixel is `aspect` times as wide as high.
  show(image, { size, margin, aspect = 1 }) {
    const resized = size !== this.#size?.width || aspect !== this.#aspect;
    this.#size = { width: size, height: size };
    if (aspect !== this.#aspect) this.#shape(aspect);
    // The old one goes first: it may be the same element.
    this.#image?.remove();
    this.#image = layer(image, this.#bounds(margin), "picture").addTo(this.map);
    if (!resized) return;
    this.#room = this.#bounds(margin + size);
    this.map.setMaxBounds(null); // its own way into them would go on after the fit
    this.#frame?.remove();
    this.#frame = frameOf(this.#bounds(margin + 1), this.#bounds(0)).addTo(this.map);
    this.fit();
    this.map.setMaxBounds(this.#room);
  }

  // Lay a picture of much more ground under it, `side` px wide from [left, top] on, and look at the part of it that is
  // `extent` wide and high; or go back.
  whole(image, [left, top] = [0, 0], side = 0, [width, height] = [side, side]) {
    this.#whole?.remove();
    this.#whole = null;
    this.map.setMinZoom(image ? -Infinity : SMALLEST_ZOOM);
    this.map.setMaxBounds(image ? null : this.#room);
    if (!image) return;
    const within = (across, down) => [
      [-top - down, left],
      [-top, left + across],
    ];
    this.#whole = layer(image, within(side, side), "whole").addTo(this.map);
    this.map.fitBounds(within(width, height), { animate: false });
  }

  clear() {
    this.#image?.remove();
    this.#image = null;
    this.over(null);
    if (this.#whole) this.whole(null);
  }

  // Lay a second picture over the first, or take it away.
  over(image, margin) {
    this.#over?.remove();
    this.#over = null;
    if (!image) return;
    this.#over = layer(image, this.#bounds(margin), "over").addTo(this.map);
    this.#clip();
  }

  // Show the second one beyond a share of the view's width: all of it, 0, to nothing, 1.
  divide(share) {
    this.#share = share;
    this.#clip();
  }

  fit() {
    if (!this.#size) return;
    const margin = Math.round(this.#size.width * 0.3);
    this.map.fitBounds(this.#bounds(margin), { animate: false });
  }

  // What it shows: a place of the tile and how large.
  get frame() {
    return [this.map.getCenter(), this.map.getZoom()];
  }

  lookAt([centre, zoom]) {
    this.map.setView(centre, zoom, { animate: false });
  }

  get extent() {
    return this.map.getSize();
  }

  remove() {
    this.#sizes.disconnect();
    this.map.remove();
  }

  zoom(step) {
    this.map.setZoom(this.map.getZoom() + step);
  }

  // Lay a canvas of the tile's pixels over the picture.
  overlay(canvas, pane, opacity = 1) {
    return new SVGOverlay(canvas, this.#bounds(0), { pane, opacity, interactive: false }).addTo(this.map);
  }

  // Show what is being drawn, see sketch.js, or nothing.
  sketch(drawing) {
    this.#sketch?.remove();
    this.#sketch = drawing && sketchOf(drawing).addTo(this.map);
  }

  // Put a sign on a place -> { remove() }
  mark({ x, y, text, className }) {
    const icon = new DivIcon({ html: text, className, iconSize: [22, 22] });
    return new Marker([-y, x], { icon, interactive: false, keyboard: false }).addTo(this.map);
  }

  // Draw lines [[[x, y], ...], ...] and points [[x, y], ...] in a colour -> { remove() }
  lines({ lines, points, colour }) {
    const place = ([x, y]) => [-y, x];
    const drawn = { lines: lines.map((chain) => chain.map(place)), points: points.map(place), colour };
    return drawnLines(drawn, { pane: "lines" }).addTo(this.map);
  }

  // Mark a place, or nothing.
  cursor(point) {
    if (!point) {
      this.#cross?.remove();
      this.#cross = null;
      return;
    }
    const icon = () => new DivIcon({ className: "tile-cross", iconSize: [21, 21] });
    this.#cross ??= new Marker([0, 0], { icon: icon(), interactive: false, keyboard: false }).addTo(this.map);
    this.#cross.setLatLng([-point.y, point.x]);
  }

  #shape(aspect) {
    this.#aspect = aspect;
    const [centre, zoom] = this.frame;
    this.map.options.crs = shapedLike(aspect);
    this.map.setView(centre, zoom, { reset: true, animate: false });
  }

  #clip() {
    if (!this.#over) return;
    const left = this.map.latLngToContainerPoint(this.#over.getBounds().getNorthWest()).x;
    this.#over.getElement().style.clipPath = `inset(0 0 0 ${this.#share * this.extent.x - left}px)`;
  }

  // A grid cell's bounds with a margin, as Leaflet wants them.
  #bounds(margin) {
    const { width, height } = this.#size;
    return [
      [-height - margin, -margin],
      [margin, width + margin],
    ];
  }

  #pointOf(event) {
    const { lat, lng } = this.map.mouseEventToLatLng(event);
    return { x: lng, y: -lat };
  }

  #hover(event) {
    this.#pointer = event;
    this.fire("hover", event && this.#pointOf(event));
  }

  #listen(container, paintable) {
    container.addEventListener("pointermove", (event) => this.#hover(event));
    container.addEventListener("pointerleave", () => this.#hover(null));
    if (!paintable) return;
    listenToHand(container, {
      pointOf: (event) => this.#pointOf(event),
      fire: (type, detail) => this.fire(type, detail),
      pan: (by) => this.map.panBy(by, { animate: false }),
    });
  }

  #resized() {
    this.map.invalidateSize({ animate: false });
    this.fire("resize");
  }
}

// A picture to be laid on the map; what it shows is said by what holds the map.
function layer(image, bounds, pane) {
  image.alt = "";
  return new ImageOverlay(image, bounds, { className: "tile-picture", pane });
}
