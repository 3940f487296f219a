// The fill: the region of one class, or of unlabelled pixels, under the pointer.
import { Tool } from "./tool.js";

export class Fill extends Tool {
  name = "fill";
  label = "Fill";
  title = "Fill a region";
  combo = "g";

  start() {
    const { mask, cursor } = this.hand;
    const { x, y } = cursor;
    const inside = x >= 0 && y >= 0 && x < mask.width && y < mask.height;
    if (inside && this.ink !== null) mask.fillRegion(cursor, this.ink);
  }
}
