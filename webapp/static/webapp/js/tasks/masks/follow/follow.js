// How a line goes from one corner to the next: along the border of a shape or of paint, along edges, or straight.
import { settled, simplified } from "../../../state/shapes.js";
import { Edges } from "./edges.js";
import { nearestVertex, paintWay } from "./paint_border.js";
import { borderWay } from "./shape_border.js";
import { Wire } from "./wire.js";

const SLACK = 0.45; // px that a line over edges may be off by: its stairs are lost
const FAR = 8; // px, at most, that a corner goes to an edge

export class Follow {
  #edges = null; // of the tile in hand
  #wire = null;
  #waiting = 0;

  // wanted: { borders, edges }
  constructor(painter, wanted) {
    Object.assign(this, { painter, wanted });
  }

  // Where a corner goes: a point that was drawn to a shape stays there.
  settle(point, snapped, event) {
    if (Math.hypot(point.x - snapped.x, point.y - snapped.y) > 2e-3) return snapped;
    const reach = Math.min(FAR, this.painter.reach);
    const border = this.#traces(event) ? nearestVertex(this.painter.mask, point, reach) : null;
    return border ?? (this.wanted.edges ? this.#look()?.strongest(point, reach) : null) ?? snapped;
  }

  // The corners after `from`, up to `to`; the longer way round with Shift. Where the pointer only moves, the way over
  // edges may not be known yet: `wholly` waits for it.
  way(from, to, { event = null, wholly = false } = {}) {
    if (!from) return [to];
    const along = this.#traces(event) ? this.#along(from, to, Boolean(event?.shiftKey)) : null;
    return along ?? (this.wanted.edges ? this.#over(from, to, wholly) : [to]);
  }

  // What is in the way of following edges, in words, or ""
  get hindrance() {
    const { looks } = this.painter;
    if (!this.wanted.edges || looks?.likeness) return "";
    return looks?.why ?? "This tile is still being looked at: lines go straight for a moment.";
  }

  #traces(event) {
    return this.wanted.borders || Boolean(event?.altKey);
  }

  #along(from, to, longer) {
    const { mask } = this.painter;
    return borderWay(mask, from, to, longer) ?? paintWay(mask, from, to)?.map(settled) ?? null;
  }

  #look() {
    const likeness = this.painter.looks?.likeness;
    if (this.#edges?.likeness !== likeness) {
      this.#edges = likeness ? new Edges(likeness) : null;
      this.#wire = null;
    }
    return this.#edges;
  }

  #over(from, to, wholly) {
    const edges = this.#look();
    if (!edges) return [to];
    if (this.#wire?.from !== from) this.#wire = new Wire(edges, from);
    const wire = this.#wire;
    while (!wire.reaches(to) && wholly);
    if (!wire.knows(to)) this.#later(wire, to);
    const way = wire.way(to);
    return simplified([from, ...way, to], SLACK)
      .slice(1)
      .map(settled);
  }

  // It is not known yet within this frame: go on in the next one, and show it then.
  #later(wire, to) {
    clearTimeout(this.#waiting);
    this.#waiting = setTimeout(() => {
      if (this.#wire !== wire) return;
      if (wire.reaches(to)) this.painter.again();
      else this.#later(wire, to);
    });
  }
}
