// The polygon: its corners are clicked, and Enter, or a double click, closes it.
import { Tool } from "./tool.js";

export class Polygon extends Tool {
  name = "polygon";
  label = "Polygon";
  title = "Polygon: click corners, Enter closes";
  combo = "p";
  corners = [];

  start(point) {
    this.corners = [...this.corners, point];
  }

  wants(key) {
    return ["Enter", "Escape", "DoubleClick"].includes(key) && this.corners.length > 0;
  }

  key({ key }) {
    if (key === "DoubleClick") this.back(); // its second click has set one corner too many
    if (key !== "Escape") this.close();
    this.cancel();
  }

  // Fill what was drawn; say whether it had corners enough.
  close() {
    const { corners } = this;
    this.corners = [];
    const closed = corners.length >= 3 && this.ink !== null;
    if (closed) this.hand.mask.fillPolygon(corners, this.ink);
    this.hand.changed();
    return closed;
  }

  back() {
    if (!this.corners.length) return false;
    this.corners = this.corners.slice(0, -1);
    this.hand.changed();
    return true;
  }

  cancel() {
    this.corners = [];
    this.hand.changed();
  }

  get sketch() {
    return this.corners.length ? { points: this.corners, open: true } : null;
  }
}
