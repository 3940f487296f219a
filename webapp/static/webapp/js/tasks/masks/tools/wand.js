// The magic wand: what is like the pixel under the pointer in all bands is shown, and painted by a click.
import { UNLABELLED } from "../../../state/mask.js";
import { alike } from "../likeness/wand.js";
import { indicesOf, Looker } from "./looker.js";

const STEPS = 20; // of the slider, for one spread of the tile's spectra

export class Wand extends Looker {
  name = "wand";
  label = "Wand";
  title = "Magic wand: paint what has the same spectrum; Shift everywhere, Alt takes away, [ and ] set the tolerance";
  combo = "Shift+q";
  size = 8;

  get sizeText() {
    return `± ${(this.size / STEPS).toFixed(2)}`;
  }

  start(_point, event) {
    if (this.refuses()) return;
    this.hover(null, event);
    this.hand.mask.fillPixels(indicesOf(this.preview.pixels), event?.altKey ? UNLABELLED : this.ink);
  }

  hover(_point, event) {
    const start = this.index;
    const options = { tolerance: this.size / STEPS, everywhere: Boolean(event?.shiftKey) };
    this.preview = start < 0 ? null : { pixels: alike(this.looks.likeness, start, options) };
  }
}
