// Corners: those of drawn shapes are moved, set and taken away, with the pointer or by keys; shared ones move together.
import { remove, reshape, shapeAt } from "../../../state/drawing.js";
import { nearestOn, settled } from "../../../state/shapes.js";
import { Tool } from "./tool.js";

const SAME = 2e-3; // px
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const FAR = 8; // px that an arrow moves with Shift

export class Corners extends Tool {
  name = "corners";
  label = "Corners";
  title = "Corners of shapes: pull one, or an edge to set one";
  combo = "Shift+v";
  shape = null; // that is chosen
  corner = null; // of it, a point of one of its rings
  #moving = null; // place of a shape -> its rings as they become

  start(point) {
    this.#forgetLost();
    const { hand } = this;
    const hit = this.#cornerAt(point) ?? this.#onEdge(point);
    if (hit) this.#take(hit.at, hit.corner);
    else this.#take(shapeAt(hand.mask, point), null);
    this.#moving = hit ? this.#copies(hit) : null;
    if (hit?.isNew) this.#goTo(hit.corner, hit.corner);
  }

  move(point) {
    if (this.#moving) this.#goTo(this.corner, this.hand.snap(point, new Set(this.#moving.keys())));
  }

  end() {
    const moved = this.#moving;
    this.#moving = null;
    if (moved) this.#commit(moved);
  }

  wants(key) {
    this.#forgetLost();
    if (key === "Tab") return this.hand.mask.shapes.length > 0;
    if (key in ARROWS) return this.corner !== null;
    return ["Delete", "Escape"].includes(key) && this.shape !== null;
  }

  key({ key, shiftKey }) {
    if (key === "Tab") this.#next(shiftKey ? -1 : 1);
    else if (key === "Escape") this.cancel();
    else if (key === "Delete") this.#takeAway();
    else this.#nudge(...ARROWS[key].map((px) => (shiftKey ? FAR * px : px)));
  }

  cancel() {
    this.shape = this.corner = this.#moving = null;
  }

  get sketch() {
    const { mask } = this.hand;
    if (!mask?.shapes.length) return null;
    this.#forgetLost();
    const at = mask.shapes.indexOf(this.shape);
    const rings = this.#moving?.get(at) ?? this.shape?.rings ?? [];
    const dots = rings.flat().map((each) => ({ ...each, current: same(each, this.corner) }));
    const others = mask.shapes.flatMap((shape, place) => this.#moving?.get(place) ?? shape.rings);
    return { rings, closed: true, open: false, dots, outlines: others, code: this.shape?.code };
  }

  // Undo, or paint, may have taken the chosen shape away.
  #forgetLost() {
    if (this.shape && !this.hand.mask?.shapes.includes(this.shape)) this.cancel();
  }

  #take(at, corner) {
    this.shape = this.hand.mask.shapes[at] ?? null;
    this.corner = corner;
  }

  #each() {
    const own = (shape) => (shape === this.shape ? 0 : 1);
    const places = [...this.hand.mask.shapes.entries()].sort((a, b) => own(a[1]) - own(b[1]));
    return places.flatMap(([at, { rings }]) => rings.flatMap((ring) => ring.map((a, i) => ({ at, ring, a, i }))));
  }

  #cornerAt(point) {
    const near = this.#each().find(({ a }) => this.hand.isNear(a, point));
    return near && { at: near.at, corner: near.a };
  }

  #onEdge(point) {
    for (const { at, ring, a, i } of this.#each()) {
      const { x, y, distance } = nearestOn(a, ring[(i + 1) % ring.length], point);
      if (distance <= this.hand.reach) return { at, corner: settled({ x, y }), isNew: true };
    }
    return null;
  }

  // The rings of all shapes that have this corner, or an edge through it, with the corner in them
  #copies({ corner }) {
    const copies = new Map();
    for (const [at, { rings }] of this.hand.mask.shapes.entries()) {
      const withIt = rings.map((ring) => withCorner(ring, corner));
      if (withIt.flat().some((each) => same(each, corner))) copies.set(at, withIt);
    }
    return copies;
  }

  #goTo(from, to) {
    for (const [at, rings] of this.#moving) {
      const moved = rings.map((ring) => ring.map((each) => (same(each, from) ? to : each)));
      this.#moving.set(at, moved);
    }
    this.corner = to;
  }

  #commit(moved) {
    const { mask } = this.hand;
    const { corner, shape } = this;
    const changed = [...moved].filter(([at, rings]) => !alike(rings, mask.shapes[at].rings));
    if (changed.length) reshape(mask, new Map(changed));
    const has = ({ rings }) => !corner || rings.flat().some((each) => same(each, corner));
    this.shape = mask.shapes.includes(shape)
      ? shape
      : (mask.shapes.findLast((each) => each.code === shape.code && has(each)) ?? null);
    if (!this.shape || !has(this.shape)) this.corner = null;
  }

  #next(step) {
    const all = this.hand.mask.shapes.flatMap((shape) => shape.rings.flat().map((corner) => ({ shape, corner })));
    const now = all.findIndex(
      ({ shape, corner }) => shape === this.shape && (!this.corner || same(corner, this.corner)),
    );
    const next = now < 0 ? 0 : (now + (this.corner ? step : 0) + all.length) % all.length;
    Object.assign(this, all[next]);
  }

  #nudge(dx, dy) {
    const { width, height } = this.hand.mask;
    const [x, y] = [this.corner.x + dx, this.corner.y + dy];
    this.#moving = this.#copies({ corner: this.corner });
    this.#goTo(this.corner, settled({ x: Math.min(width, Math.max(0, x)), y: Math.min(height, Math.max(0, y)) }));
    this.end();
  }

  // Without a corner, all of the shape
  #takeAway() {
    const { mask } = this.hand;
    const at = mask.shapes.indexOf(this.shape);
    const { corner } = this;
    this.corner = null;
    if (!corner) {
      remove(mask, at);
      return;
    }
    const moved = new Map();
    for (const [place, rings] of this.#copies({ corner })) {
      const left = rings.map((ring) => ring.filter((each) => !same(each, corner))).filter((ring) => ring.length >= 3);
      moved.set(place, left.length && rings[0].length > 3 ? left : []);
    }
    this.#commit(moved);
  }
}

const same = (one, other) => Boolean(one && other) && Math.hypot(one.x - other.x, one.y - other.y) < SAME;

function alike(rings, others) {
  return (
    rings.length === others.length &&
    rings.every((ring, k) => ring.length === others[k].length && ring.every((each, i) => same(each, others[k][i])))
  );
}

function withCorner(ring, corner) {
  if (ring.some((each) => same(each, corner))) return ring;
  const at = ring.findIndex((a, i) => nearestOn(a, ring[(i + 1) % ring.length], corner).distance < SAME);
  return at < 0 ? ring : [...ring.slice(0, at + 1), corner, ...ring.slice(at + 1)];
}
