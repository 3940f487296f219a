// Tiles that are looked at together: one frame, one hand; what lies on the tile lies on it in each of them.
import { Emitter } from "../lib/events.js";

const HAND = ["press", "drag", "lift", "leave", "close"];

export class LinkedViews extends Emitter {
  #views = [];
  #lasting = new Set(); // overlays and marks, which new views get as well
  #sketch = null;
  #following = false;
  #fitting = 0;

  // A view belongs to it as soon as it shows a tile.
  add(view) {
    if (this.#views.includes(view)) return;
    const [first] = this.#views;
    this.#views.push(view);
    if (first) view.lookAt(first.frame);
    for (const each of this.#lasting) each.putOn(view);
    view.sketch(this.#sketch);
    for (const type of HAND) view.on(type, (point) => this.#views.includes(view) && this.fire(type, point));
    view.on("look", () => this.#follow(view));
    view.on("resize", () => this.#fitSoon());
  }

  drop(view) {
    this.#views = this.#views.filter((each) => each !== view);
    for (const each of this.#lasting) each.takeOff(view);
  }

  // Lay a canvas of the tile's pixels over each picture -> { redraw(), setOpacity(share), remove() }
  overlay(canvas, pane, opacity = 1) {
    return this.#last(new SharedOverlay(canvas, pane, opacity));
  }

  // Lay an SVG in pixels of the tile over each picture -> { redraw(), remove() }
  drawing(node, pane) {
    return this.#last(new SharedDrawing(node, pane));
  }

  // Put signs on places of the tile -> { remove() }; points: [{ x, y, text, className }]
  marks(points) {
    return this.#last(new SharedDrawings((view) => points.map((point) => view.mark(point))));
  }

  // Draw lines and points below the masks -> { remove() }; drawings: [{ lines, points, colour }]
  lines(drawings) {
    return this.#last(new SharedDrawings((view) => drawings.map((drawing) => view.lines(drawing))));
  }

  // Show what is being drawn, see map/sketch.js, or nothing.
  sketch(drawing) {
    if (!drawing && !this.#sketch) return;
    this.#sketch = drawing;
    for (const view of this.#views) view.sketch(drawing);
  }

  // The smallest decides, so that all show the whole tile.
  fit() {
    const area = ({ extent: { x, y } }) => x * y;
    const views = this.#views.filter((view) => area(view) > 0);
    if (views.length) views.reduce((least, view) => (area(view) < area(least) ? view : least)).fit();
  }

  zoom(step) {
    this.#views[0]?.zoom(step);
  }

  // What the views show; to look at it again: lookAt(frame)
  get frame() {
    return this.#views[0]?.frame ?? null;
  }

  lookAt(frame) {
    this.#views[0]?.lookAt(frame);
  }

  #follow(leader) {
    if (this.#following) return;
    this.#following = true;
    for (const view of this.#views) if (view !== leader) view.lookAt(leader.frame);
    this.#following = false;
    this.fire("look");
  }

  #fitSoon() {
    this.#fitting ||= requestAnimationFrame(() => {
      this.#fitting = 0;
      this.fit();
    });
  }

  #last(shared) {
    this.#lasting.add(shared);
    shared.gone = () => this.#lasting.delete(shared);
    for (const view of this.#views) shared.putOn(view);
    return shared;
  }
}

// A canvas can be in one place of the page alone: each view shows a copy.
class SharedOverlay {
  #copies = new Map(); // view -> [canvas, layer]

  constructor(source, pane, opacity) {
    Object.assign(this, { source, pane, opacity });
  }

  putOn(view) {
    const canvas = this.source.cloneNode();
    this.#copies.set(view, [canvas, view.overlay(canvas, this.pane, this.opacity)]);
    this.#copy(canvas);
  }

  takeOff(view) {
    this.#copies.get(view)?.[1].remove();
    this.#copies.delete(view);
  }

  // The canvas was drawn upon, all over or in a box [left, top, right, bottom].
  redraw(box = null) {
    for (const [canvas] of this.#copies.values()) this.#copy(canvas, box);
  }

  setOpacity(opacity) {
    this.opacity = opacity;
    for (const [, layer] of this.#copies.values()) layer.setOpacity(opacity);
  }

  remove() {
    for (const view of [...this.#copies.keys()]) this.takeOff(view);
    this.gone();
  }

  #copy(canvas, box) {
    const { width, height } = this.source;
    const fits = canvas.width === width && canvas.height === height;
    if (!fits) Object.assign(canvas, { width, height }); // which clears it
    if (!width || !height) return;
    const [left, top, right, bottom] = (fits && box) || [0, 0, width, height];
    const part = [left, top, right - left, bottom - top];
    if (part[2] <= 0 || part[3] <= 0) return;
    const context = canvas.getContext("2d");
    context.clearRect(...part);
    context.drawImage(this.source, ...part, ...part);
  }
}

// So can an SVG.
class SharedDrawing {
  #copies = new Map(); // view -> [svg, layer]

  constructor(source, pane) {
    Object.assign(this, { source, pane });
  }

  putOn(view) {
    const copy = this.source.cloneNode(true);
    this.#copies.set(view, [copy, view.overlay(copy, this.pane)]);
  }

  takeOff(view) {
    this.#copies.get(view)?.[1].remove();
    this.#copies.delete(view);
  }

  // Something else was drawn in it.
  redraw() {
    for (const [copy] of this.#copies.values()) copy.replaceChildren(...this.source.cloneNode(true).childNodes);
  }

  remove() {
    for (const view of [...this.#copies.keys()]) this.takeOff(view);
    this.gone();
  }
}

class SharedDrawings {
  #placed = new Map(); // view -> layers

  constructor(drawOn) {
    this.drawOn = drawOn;
  }

  putOn(view) {
    this.#placed.set(view, this.drawOn(view));
  }

  takeOff(view) {
    for (const layer of this.#placed.get(view) ?? []) layer.remove();
    this.#placed.delete(view);
  }

  remove() {
    for (const view of [...this.#placed.keys()]) this.takeOff(view);
    this.gone();
  }
}
