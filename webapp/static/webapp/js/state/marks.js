// The points of a tile that the model asks about. Each stands for a piece of the tile, which one answer paints.
import { Emitter } from "../lib/events.js";
import { count } from "../lib/format.js";
import { UNLABELLED } from "./mask.js";

export class Marks extends Emitter {
  #cells;
  #stride;
  #current = null;

  // `said` is what the server tells: shape and numbers of the cells, the points in cells, a reason each.
  constructor({ shape, cells, points, reasons, seconds }, mask) {
    super();
    const [rows, columns] = shape;
    this.#cells = { rows, columns, numbers: Uint8Array.from(atob(cells), (letter) => letter.charCodeAt(0)) };
    this.#stride = Math.ceil(mask.height / rows);
    Object.assign(this, { mask, reasons, seconds });
    this.points = points.map(([row, column]) => ({ x: this.#middle(column), y: this.#middle(row) }));
    mask.on("step", () => this.#settle());
    this.#settle();
  }

  get count() {
    return this.points.length;
  }

  // The mark that the next answer is about: its number from 1, or null when all are answered.
  get current() {
    return this.#current;
  }

  get reason() {
    if (!this.#current) return "";
    return `${count(this.pixelsOf(this.#current).length, "pixel")} alike; ${this.reasons[this.#current - 1]}`;
  }

  // Whether a mark is answered is read off the mask, so that undoing an answer asks again.
  answered(number) {
    const { x, y } = this.points[number - 1];
    return this.mask.pixels[y * this.mask.width + x] !== UNLABELLED;
  }

  // Return the indices of the pixels that a mark stands for.
  pixelsOf(number) {
    const { width, height } = this.mask;
    const { columns, numbers } = this.#cells;
    const indices = [];
    for (let y = 0; y < height; y += 1) {
      const row = Math.floor(y / this.#stride) * columns;
      for (let x = 0; x < width; x += 1) {
        if (numbers[row + Math.floor(x / this.#stride)] === number) indices.push(y * width + x);
      }
    }
    return indices;
  }

  // Give the current mark a class and go to the next one; say whether there was one.
  answer(code) {
    if (!this.#current || code === UNLABELLED) return false;
    const number = this.#current;
    this.mask.fillPixels(this.pixelsOf(number), code);
    this.#current = this.#next(number, 1);
    this.fire("change");
    return true;
  }

  // Go to the next or previous mark that waits, without an answer.
  step(by) {
    this.#current = this.#next(this.#current ?? 0, by);
    this.fire("change");
  }

  #next(from, by) {
    for (let i = 1; i <= this.count; i += 1) {
      const number = ((((from - 1 + i * by) % this.count) + this.count) % this.count) + 1;
      if (!this.answered(number)) return number;
    }
    return null;
  }

  // The mask was changed by something else: an undo, a brush, the suggestion.
  #settle() {
    if (!this.#current || this.answered(this.#current)) this.#current = this.#next(0, 1);
    else if (this.mask.canRedo) this.#current = Math.min(this.#current, this.#next(0, 1));
    this.fire("change");
  }

  #middle(cell) {
    return Math.min(this.mask.width - 1, cell * this.#stride + (this.#stride >> 1));
  }
}
