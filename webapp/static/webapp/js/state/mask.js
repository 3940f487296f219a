// The mask of one tile: a class code for each pixel, 0 where nobody said anything; every stroke can be undone.
import { Emitter } from "../lib/events.js";
import { disc, line, polygon, region } from "./raster.js";
import { toRuns } from "./runs.js";

export const UNLABELLED = 0;
const REMEMBERED = 200;

export class Mask extends Emitter {
  #stroke = null; // Map of index -> value before the stroke
  #done = [];
  #undone = [];

  constructor(width, height, pixels = null) {
    super();
    if (pixels && pixels.length !== width * height) {
      throw new RangeError(`${pixels.length} pixels do not fill ${width} x ${height}.`);
    }
    this.width = width;
    this.height = height;
    this.pixels = pixels ? Uint8Array.from(pixels) : new Uint8Array(width * height);
  }

  // What is kept of it in the browser
  draft() {
    return toRuns(this.pixels);
  }

  get empty() {
    return this.pixels.every((code) => code === UNLABELLED);
  }

  get canUndo() {
    return this.#done.length > 0;
  }

  get canRedo() {
    return this.#undone.length > 0;
  }

  // Return a Map of code -> number of pixels, unlabelled ones included.
  counts() {
    const counts = new Map();
    for (const code of this.pixels) counts.set(code, (counts.get(code) ?? 0) + 1);
    return counts;
  }

  // Begin a stroke: what is painted until `end` is one step of undo.
  begin() {
    this.end();
    this.#stroke = new Map();
  }

  // Paint a line with a round brush.
  paint(from, to, diameter, code) {
    for (const point of line(from, to)) disc(this, point, diameter, (index) => this.#set(index, code));
    this.#changed();
  }

  // End the stroke; say whether it changed anything.
  end() {
    const stroke = this.#stroke;
    this.#stroke = null;
    const changed = [...(stroke ?? [])].filter(([index, before]) => this.pixels[index] !== before);
    if (!changed.length) return false;
    const step = changed.map(([index, before]) => [index, before, this.pixels[index]]);
    this.#done = [...this.#done, step].slice(-REMEMBERED);
    this.#undone = [];
    this.fire("step");
    return true;
  }

  // Fill the polygon with these corners.
  fillPolygon(points, code) {
    return this.#inOneStep(() => polygon(this, points, (index) => this.#set(index, code)));
  }

  // Fill the region of one class (or of unlabelled pixels) around a pixel.
  fillRegion(point, code) {
    return this.#inOneStep(() => {
      for (const index of region(this, this.pixels, point)) this.#set(index, code);
    });
  }

  // Give these pixels a class, whatever they had.
  fillPixels(indices, code) {
    return this.#inOneStep(() => {
      for (const index of indices) this.#set(index, code);
    });
  }

  // Give every unlabelled pixel a class.
  fillUnlabelled(code) {
    return this.take(new Uint8Array(this.pixels.length).fill(code));
  }

  // Take over another mask where this one is unlabelled: what the annotator painted stays.
  take(pixels) {
    return this.#inOneStep(() => {
      for (const [index, code] of this.pixels.entries()) if (code === UNLABELLED) this.#set(index, pixels[index]);
    });
  }

  // Make every pixel unlabelled.
  clear() {
    return this.#inOneStep(() => {
      for (let index = 0; index < this.pixels.length; index += 1) this.#set(index, UNLABELLED);
    });
  }

  // Take the newest stroke back; say whether there was one.
  undo() {
    this.end();
    return this.#move(this.#done, this.#undone, ([index, before]) => [index, before]);
  }

  // Do the stroke again that was taken back last.
  redo() {
    this.end();
    return this.#move(this.#undone, this.#done, ([index, , after]) => [index, after]);
  }

  #move(from, to, choose) {
    const step = from.pop();
    if (!step) return false;
    for (const change of step) {
      const [index, value] = choose(change);
      this.pixels[index] = value;
    }
    to.push(step);
    this.#changed();
    this.fire("step");
    return true;
  }

  #inOneStep(draw) {
    this.begin();
    draw();
    this.#changed();
    return this.end();
  }

  #set(index, code) {
    if (!this.#stroke.has(index)) this.#stroke.set(index, this.pixels[index]);
    this.pixels[index] = code;
  }

  #changed() {
    this.fire("change");
  }
}
