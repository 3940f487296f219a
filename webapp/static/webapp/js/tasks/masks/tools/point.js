// The point: it says what one pixel is and nothing of the others; the model learns from it as from paint.
import { UNLABELLED } from "../../../state/mask.js";
import { Tool } from "./tool.js";

export class Point extends Tool {
  name = "point";
  label = "Point";
  #mask = null;
  #dots = null;
  title = "Point: say what one pixel is; Alt takes the nearest one back";
  combo = "Shift+z";

  start(point, event) {
    const { mask, cursor } = this.hand;
    if (cursor.x < 0 || cursor.y < 0 || cursor.x >= mask.width || cursor.y >= mask.height) return;
    if (event?.altKey) {
      const near = this.marked.find((dot) => this.hand.isNear(dot, point));
      if (near) mask.fillPixels([Math.floor(near.y) * mask.width + Math.floor(near.x)], UNLABELLED);
    } else if (this.ink !== null) mask.fillPixels([cursor.y * mask.width + cursor.x], this.ink);
  }

  // Points are marked while the tool is in hand: a pixel alone is hard to see.
  get marked() {
    const { mask } = this.hand;
    if (mask !== this.#mask) {
      this.#mask = mask;
      this.#dots = null;
      mask?.on("change", () => {
        if (this.#mask === mask) this.#dots = null;
      });
    }
    this.#dots ??= mask ? this.#points() : [];
    return this.#dots;
  }

  get sketch() {
    const dots = this.marked;
    return dots.length ? { rings: [], dots, outlines: [] } : null;
  }

  // Labelled pixels that have no labelled neighbour
  #points() {
    const { width, height, pixels } = this.hand.mask;
    const dots = [];
    for (let at = 0; at < pixels.length && dots.length < 500; at += 1) {
      if (pixels[at] === UNLABELLED) continue;
      const x = at % width;
      const y = (at - x) / width;
      const beside = (x > 0 && pixels[at - 1]) || (x < width - 1 && pixels[at + 1]);
      const above = (y > 0 && pixels[at - width]) || (y < height - 1 && pixels[at + width]);
      if (!beside && !above) dots.push({ x: x + 0.5, y: y + 0.5, current: false });
    }
    return dots;
  }
}
