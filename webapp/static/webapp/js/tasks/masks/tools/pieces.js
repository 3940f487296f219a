// Superpixels: the piece under the pointer is shown; a click paints it, and a pull those along its way.
import { UNLABELLED } from "../../../state/mask.js";
import { indicesOf, Looker, pixelsOf } from "./looker.js";

const NAMES = ["small", "medium", "large"];

export class Pieces extends Looker {
  name = "pieces";
  label = "Pieces";
  title = "Superpixels: paint pieces that look alike; Alt takes away, [ and ] choose among three sizes";
  combo = "Shift+y";
  sizes = [1, 32, 64];
  #size = 32;
  #code = null; // what the stroke lays down
  #piece = -1;

  get size() {
    return this.#size;
  }

  set size(size) {
    this.#size = size ?? this.#size;
    this.#piece = -1;
  }

  get level() {
    return this.#size < 22 ? 0 : this.#size < 43 ? 1 : 2;
  }

  get sizeText() {
    return NAMES[this.level];
  }

  start(_point, event) {
    if (this.refuses()) return;
    this.#code = event?.altKey ? UNLABELLED : this.ink;
    this.hand.mask.begin();
    this.#piece = -1;
    this.move();
  }

  move() {
    if (this.#code === null || !this.#look()) return;
    this.hand.mask.lay(indicesOf(this.preview.pixels), this.#code);
  }

  end() {
    if (this.#code !== null) this.hand.mask.end();
    this.#code = null;
  }

  hover() {
    this.#look();
  }

  leave() {
    super.leave();
    this.#piece = -1;
  }

  cancel() {
    this.end();
    this.leave();
  }

  // Show the piece under the cursor; say whether it is another one than before.
  #look() {
    const index = this.index;
    const pieces = this.looks?.levels[this.level];
    const piece = index < 0 ? -1 : pieces.labels[index];
    if (piece === this.#piece && this.preview) return false;
    this.#piece = piece;
    this.preview = piece < 0 ? null : { pixels: pixelsOf(pieces, piece) };
    return piece >= 0;
  }
}
