// The polygon: its corners are clicked; Enter, a double click or the first corner closes it. The hole is one that cuts.
import { lay } from "../../../state/drawing.js";
import { UNLABELLED } from "../../../state/mask.js";
import { Tool } from "./tool.js";

export class Polygon extends Tool {
  name = "polygon";
  label = "Polygon";
  title = "Polygon: click corners, Enter closes; Shift cuts a hole; Alt follows the border of a neighbour";
  combo = "p";
  fewest = 3;
  follows = true;
  corners = [];
  cuts = false;
  #clicks = []; // how many corners each click has set
  #ahead = null; // the corners that a click would set
  #event = null; // of the last move: which keys are held

  start(point, event) {
    const corner = this.settle(point, event);
    if (!this.corners.length) this.cuts = this.alwaysCuts || Boolean(event?.shiftKey);
    if (this.corners.length >= this.fewest && this.hand.isNear(corner, this.corners[0])) this.close(event);
    else this.add(corner, event);
  }

  // Set a corner, and those on the way there.
  add(corner, event) {
    const { follow } = this.hand;
    if (follow?.hindrance) this.hand.tell(follow.hindrance);
    const way = this.#way(corner, event, true);
    this.#clicks = [...this.#clicks, way.length];
    this.corners = [...this.corners, ...way];
    this.#ahead = null;
  }

  // The corner that a point means
  settle(point, event) {
    const snapped = this.hand.snap(point);
    return this.hand.follow?.settle(point, snapped, event) ?? snapped;
  }

  hover(point, event = this.#event) {
    this.#event = event ?? null;
    this.#ahead = this.corners.length ? this.#way(this.settle(point, event), event) : null;
  }

  leave() {
    this.#ahead = null;
  }

  #way(to, event, wholly = false) {
    return this.hand.follow?.way(this.corners.at(-1), to, { event, wholly }) ?? [to];
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
  close(event) {
    const { corners } = this;
    const closing = corners.length >= this.fewest && this.closed ? this.#way(corners[0], event, true).slice(0, -1) : [];
    this.#forget();
    if (corners.length >= this.fewest) this.draw([...corners, ...closing]);
  }

  get closed() {
    return true;
  }

  draw(corners) {
    const code = this.cuts ? UNLABELLED : this.ink;
    if (code !== null) lay(this.hand.mask, [corners], code);
  }

  back() {
    if (!this.corners.length) return false;
    this.corners = this.corners.slice(0, -this.#clicks.at(-1));
    this.#clicks = this.#clicks.slice(0, -1);
    this.#ahead = null;
    this.hand.changed();
    return true;
  }

  cancel() {
    this.#forget();
    this.hand.changed();
  }

  #forget() {
    this.corners = [];
    this.#clicks = [];
    this.#ahead = null;
  }

  get sketch() {
    if (!this.corners.length) return null;
    return { rings: [this.corners], open: true, closed: this.closed, cut: this.cuts, ahead: this.#ahead };
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
