// The brush, and the eraser, which is a brush without a class.
import { UNLABELLED } from "../../../state/mask.js";
import { Tool } from "./tool.js";

export class Brush extends Tool {
  name = "brush";
  label = "Brush";
  title = "Brush";
  combo = "d";
  wide = true;
  #from = null; // the pixel up to which the stroke came

  start() {
    if (this.ink === null) return;
    this.hand.mask.begin();
    this.#from = this.hand.cursor;
    this.move();
  }

  move() {
    if (!this.#from) return;
    const { mask, cursor, diameter } = this.hand;
    mask.paint(this.#from, cursor, diameter, this.ink);
    this.#from = cursor;
  }

  end() {
    if (this.#from) this.hand.mask.end();
    this.#from = null;
  }

  cancel() {
    this.end();
  }
}

export class Eraser extends Brush {
  name = "eraser";
  label = "Eraser";
  title = "Eraser";
  combo = "e";
  inks = false;

  get ink() {
    return UNLABELLED;
  }
}
