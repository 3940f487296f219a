// A tool of the easel: what the pointer and the keys do to the mask while it is taken up.
import { UNLABELLED } from "../../../state/mask.js";

// Points are { x, y } in pixels of the tile, fractions allowed, and may lie beside it.
export class Tool {
  name = ""; // unique, in lower case
  title = ""; // what it does, for the list of keys
  label = ""; // on its button
  combo = ""; // the key that takes it up
  wide = false; // whether it works with a brush of the chosen size
  inks = true; // whether it shows the class that is painted with
  follows = false; // whether its lines may follow borders and edges

  // hand: the Painter, with `mask`, `code` (the class to paint with), `diameter`, `cursor` (a pixel) and `changed()`
  constructor(hand) {
    this.hand = hand;
  }

  // The button goes down, moves while it is down, and goes up.
  start(_point, _event) {}
  move(_point, _event) {}
  end(_point, _event) {}

  // The pointer, or the keyboard's cursor, moves while the button is up.
  hover(_point, _event) {}

  // It leaves the tile.
  leave() {}

  // Whether it has a use for a key just now ("Enter", "Tab", "ArrowLeft", ...): key() gets it then, and nothing else does.
  wants(_key) {
    return false;
  }

  key(_event) {}

  // Another tool is taken up: what is unfinished is given up.
  cancel() {}

  // Take the newest part of what is unfinished back; say whether there was one.
  back() {
    return false;
  }

  // What is unfinished, or null: { rings, open (goes on to the pointer), closed (has an inside), cut (takes away), ahead (corners on
  // the way to the pointer),
  // dots: [{ x, y, current }], outlines: [[{ x, y }, ...]] of what there is }
  get sketch() {
    return null;
  }

  // What the size slider sets instead of the diameter of the brush, 1 to 64; and that in words
  get size() {
    return undefined;
  }

  get sizeText() {
    return undefined;
  }

  // What would be painted here: { pixels: 1 for each inside, else 0 }, or null
  get preview() {
    return null;
  }

  // The class that it lays down, or null where none is chosen
  get ink() {
    return this.hand.code === UNLABELLED ? null : this.hand.code;
  }
}
