// The mask of one tile: a class code for each pixel, 0 where nobody said anything, and the shapes that were drawn into
// it. Every stroke can be undone, with what it did to the shapes.
import { Emitter } from "../lib/events.js";
import { disc, line, polygon, region } from "./raster.js";
import { toRuns } from "./runs.js";
import { boxOf, holds, overlap } from "./shapes.js";

export const UNLABELLED = 0;
const REMEMBERED = 200;

export class Mask extends Emitter {
  shapes = []; // [{ code, rings: [[{ x, y }, ...], hole, ...] }]; replaced, never changed
  notes = {}; // what is kept beside pixels and shapes, by name; replaced, never changed
  locked = new Set(); // codes of classes that nothing paints over
  #counts = new Uint32Array(256);
  #before = null; // the pixels before the stroke
  #besideBefore = null; // shapes and notes
  #dirty = null; // what the stroke has touched: [left, top, right, bottom]
  #done = [];
  #undone = [];

  constructor(width, height, pixels = null, shapes = [], notes = {}) {
    super();
    if (pixels && pixels.length !== width * height) {
      throw new RangeError(`${pixels.length} pixels do not fill ${width} x ${height}.`);
    }
    this.width = width;
    this.height = height;
    this.pixels = pixels ? Uint8Array.from(pixels) : new Uint8Array(width * height);
    for (const code of this.pixels) this.#counts[code] += 1;
    this.shapes = shapes.filter((shape) => holds(this, shape));
    this.notes = notes;
  }

  // What is kept of it in the browser
  draft() {
    const runs = toRuns(this.pixels);
    const { shapes, notes } = this;
    return shapes.length || Object.keys(notes).length ? { runs, shapes, notes } : runs;
  }

  get empty() {
    return this.#counts[UNLABELLED] === this.pixels.length;
  }

  get canUndo() {
    return this.#done.length > 0;
  }

  get canRedo() {
    return this.#undone.length > 0;
  }

  // Return a Map of code -> number of pixels, unlabelled ones included.
  counts() {
    return new Map([...this.#counts.entries()].filter(([, count]) => count));
  }

  // Begin a stroke: what is painted until `end` is one step of undo.
  begin() {
    this.end();
    this.#before = this.pixels.slice();
    this.#besideBefore = this.#beside;
    this.#dirty = null;
  }

  // Paint a line with a round brush.
  paint(from, to, diameter, code) {
    const reach = Math.ceil(diameter / 2);
    const xs = [from.x, to.x];
    const ys = [from.y, to.y];
    const box = [Math.min(...xs) - reach, Math.min(...ys) - reach, Math.max(...xs) + reach, Math.max(...ys) + reach];
    for (const point of line(from, to)) disc(this, point, diameter, (index) => this.#set(index, code));
    this.#changed(box);
  }

  // End the stroke; say whether it changed anything.
  end() {
    const before = this.#before;
    this.#before = null;
    if (!before) return false;
    const indices = this.#changesSince(before);
    if (indices.length) this.#dropContradicted();
    const beside = [this.#besideBefore, this.#beside];
    const [old, now] = beside;
    if (!indices.length && old.shapes === now.shapes && old.notes === now.notes) return false;
    const values = [valuesAt(before, indices), valuesAt(this.pixels, indices)];
    this.#done = [...this.#done, { indices, values, beside, box: this.#dirty }].slice(-REMEMBERED);
    this.#undone = [];
    this.fire("step");
    return true;
  }

  // Fill the polygon with these corners.
  fillPolygon(points, code) {
    return this.inOneStep(() => this.fillRings([points], code));
  }

  // Fill the region of one class (or of unlabelled pixels) around a pixel.
  fillRegion(point, code) {
    return this.fillPixels(region(this, this.pixels, point), code);
  }

  // Give these pixels a class, whatever they had.
  fillPixels(indices, code) {
    return this.inOneStep(() => {
      for (const index of indices) this.#set(index, code);
    });
  }

  // Within a stroke: give these pixels a class.
  lay(indices, code) {
    for (const index of indices) this.#set(index, code);
    this.#changed();
  }

  // Give every unlabelled pixel a class.
  fillUnlabelled(code) {
    return this.take(new Uint8Array(this.pixels.length).fill(code));
  }

  // Take over another mask where this one is unlabelled: what the annotator painted stays.
  take(pixels) {
    return this.become(this.pixels.map((code, index) => (code === UNLABELLED ? pixels[index] : code)));
  }

  // Take another mask over wholly.
  become(pixels) {
    return this.inOneStep(() => {
      for (let index = 0; index < pixels.length; index += 1) this.#set(index, pixels[index]);
    });
  }

  // Make every pixel unlabelled.
  clear() {
    return this.become(new Uint8Array(this.pixels.length));
  }

  // Within a step: give the pixels of rings, those after the first are holes, a class; only those that `wanted` names.
  fillRings(rings, code, wanted = () => true) {
    polygon(this, rings, (index) => {
      if (wanted(index)) this.#set(index, code);
    });
  }

  // Take the newest stroke back; say whether there was one.
  undo() {
    return this.#move("undone", 0);
  }

  // Do the stroke again that was taken back last.
  redo() {
    return this.#move("done", 1);
  }

  #move(onto, side) {
    this.end();
    const [from, to] = onto === "undone" ? [this.#done, this.#undone] : [this.#undone, this.#done];
    const step = from.pop();
    if (!step) return false;
    for (let at = 0; at < step.indices.length; at += 1) this.#put(step.indices[at], step.values[side][at]);
    Object.assign(this, step.beside[side]);
    to.push(step);
    this.#changed(step.box);
    this.fire("step");
    return true;
  }

  // Draw in one step of undo; say whether it changed anything.
  inOneStep(draw) {
    this.begin();
    draw();
    this.#changed([0, 0, this.width, this.height]);
    return this.end();
  }

  get #beside() {
    return { shapes: this.shapes, notes: this.notes };
  }

  #changesSince(before) {
    const [left, top, right, bottom] = this.#dirty ?? [0, 0, 0, 0];
    const indices = new Uint32Array(Math.max(0, right - left) * Math.max(0, bottom - top));
    let count = 0;
    for (let row = top; row < bottom; row += 1) {
      for (let index = row * this.width + left; index < row * this.width + right; index += 1) {
        if (this.pixels[index] === before[index]) continue;
        indices[count] = index;
        count += 1;
      }
    }
    return indices.slice(0, count);
  }

  // What was painted over a shape afterwards makes it paint like any other: a shape never says what the mask doesn't.
  #dropContradicted() {
    const touched = (shape) => overlap(boxOf(shape.rings), this.#dirty);
    const kept = this.shapes.filter((shape) => !touched(shape) || holds(this, shape));
    if (kept.length < this.shapes.length) this.shapes = kept;
  }

  #set(index, code) {
    if (!this.locked.size || !this.locked.has(this.pixels[index])) this.#put(index, code);
  }

  #put(index, code) {
    this.#counts[this.pixels[index]] -= 1;
    this.#counts[code] += 1;
    this.pixels[index] = code;
  }

  #changed([left, top, right, bottom] = [0, 0, this.width, this.height]) {
    const box = [
      Math.max(0, left),
      Math.max(0, top),
      Math.min(this.width, right + 1),
      Math.min(this.height, bottom + 1),
    ];
    this.#dirty = joined(this.#dirty, box);
    this.fire("change", box);
  }
}

function valuesAt(pixels, indices) {
  const values = new Uint8Array(indices.length);
  for (let at = 0; at < indices.length; at += 1) values[at] = pixels[indices[at]];
  return values;
}

// The box around two boxes
export function joined(one, other) {
  if (!one) return other;
  return [0, 1, 2, 3].map((side) => (side < 2 ? Math.min : Math.max)(one[side], other[side]));
}
