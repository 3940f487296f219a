// The polygon: its corners are clicked; Enter, a double click or the first corner closes it. The hole is one that cuts.
import { lay } from "../../../state/drawing.js";
import { UNLABELLED } from "../../../state/mask.js";
import { Tool } from "./tool.js";

export class Polygon extends Tool {
  name = "polygon";
  label = "Polygon";
  title = "Polygon: click corners, Enter closes; Shift cuts a hole";
  combo = "p";
  fewest = 3;
  corners = [];
  cuts = false;

  start(point, event) {
    const corner = this.hand.snap(point);
    if (!this.corners.length) this.cuts = this.alwaysCuts || Boolean(event?.shiftKey);
    if (this.corners.length >= this.fewest && this.hand.isNear(corner, this.corners[0])) this.close();
    else this.corners = [...this.corners, corner];
  }

  get alwaysCuts() {
    return false;
  }

  wants(key) {
    return ["Enter", "Escape", "DoubleClick"].includes(key) && this.corners.length > 0;
  }

  key({ key }) {
    if (key === "DoubleClick") this.back(); // its second click has set one corner too many
    if (key !== "Escape") this.close();
    this.cancel();
  }

  // Draw what has corners enough.
  close() {
    const { corners } = this;
    this.corners = [];
    if (corners.length >= this.fewest) this.draw(corners);
  }

  draw(corners) {
    const code = this.cuts ? UNLABELLED : this.ink;
    if (code !== null) lay(this.hand.mask, [corners], code);
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
    return this.corners.length ? { rings: [this.corners], open: true, closed: true, cut: this.cuts } : null;
  }
}

export class Hole extends Polygon {
  name = "hole";
  label = "Hole";
  title = "Hole: click corners, Enter cuts it out";
  combo = "Shift+h";

  get alwaysCuts() {
    return true;
  }
}
