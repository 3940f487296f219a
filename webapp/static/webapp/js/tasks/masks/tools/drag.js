// Shapes drawn by one pull of the pointer: a rectangle from corner to corner, and the freehand lasso.
import { lay } from "../../../state/drawing.js";
import { UNLABELLED } from "../../../state/mask.js";
import { boxOf, rectangle, simplified } from "../../../state/shapes.js";
import { Tool } from "./tool.js";

const FINEST = 0.2; // px that a freehand line may be off by, at least
const SMALLEST = 0.05; // square px: less was a click

// Of the box around a ring: the parts of one that crosses itself may cancel each other out
function roomOf(ring) {
  const [left, top, right, bottom] = boxOf([ring]);
  return (right - left) * (bottom - top);
}

class Pull extends Tool {
  points = [];
  cuts = false;

  start(point, event) {
    this.cuts = Boolean(event?.shiftKey);
    this.points = [this.hand.snap(point)];
  }

  end() {
    const { ring } = this;
    this.cancel();
    if (ring.length >= 3 && roomOf(ring) > SMALLEST) this.lay(ring);
  }

  lay(ring) {
    const code = this.cuts ? UNLABELLED : this.ink;
    if (code !== null) lay(this.hand.mask, [ring], code);
  }

  wants(key) {
    return key === "Escape" && this.points.length > 0;
  }

  key() {
    this.cancel();
  }

  cancel() {
    this.points = [];
  }

  get sketch() {
    return this.points.length ? { rings: [this.ring], open: false, closed: true, cut: this.cuts } : null;
  }
}

export class Rectangle extends Pull {
  name = "rectangle";
  label = "Rectangle";
  title = "Rectangle: pull from corner to corner; Shift cuts";
  combo = "Shift+r";

  move(point) {
    if (this.points.length) this.points = [this.points[0], this.hand.snap(point)];
  }

  get ring() {
    return this.points.length > 1 ? rectangle(...this.points) : this.points;
  }
}

export class Lasso extends Pull {
  name = "lasso";
  label = "Lasso";
  title = "Lasso: draw freehand around; Shift cuts";
  combo = "Shift+f";

  move(point) {
    if (this.points.length) this.points.push({ ...point });
  }

  end() {
    this.points = simplified(this.points, Math.max(FINEST, this.hand.reach / 8));
    super.end();
  }

  get ring() {
    return this.points;
  }
}
