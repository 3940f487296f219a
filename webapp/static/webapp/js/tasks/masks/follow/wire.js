// The live wire: the cheapest way over edges from a corner to wherever the pointer is (Mortensen and Barrett 1995). It
// grows as far as a move of the pointer needs, in a window around its beginning.
import { Heap } from "../likeness/heap.js";

const REACH = 128; // px from its beginning
const SLICE = 5; // ms that it may grow before the page breathes
const CHECKED = 256; // corners between two looks at the clock
const STEPS = [-1, 0, 1].flatMap((dy) => [-1, 0, 1].map((dx) => [dx, dy])).filter(([dx, dy]) => dx || dy);

export class Wire {
  #heap = new Heap(4096);

  constructor(edges, from, now = () => performance.now()) {
    Object.assign(this, { edges, from, now });
    const [x, y] = [this.#within(from.x, edges.width), this.#within(from.y, edges.height)];
    this.left = Math.max(0, x - REACH);
    this.top = Math.max(0, y - REACH);
    this.wide = Math.min(edges.width, x + REACH) - this.left + 1;
    this.high = Math.min(edges.height, y + REACH) - this.top + 1;
    const size = this.wide * this.high;
    this.far = new Float32Array(size).fill(Infinity);
    this.costs = new Float32Array(size).fill(-1); // told when first needed
    this.before = new Int32Array(size).fill(-1);
    this.done = new Uint8Array(size);
    this.start = (y - this.top) * this.wide + x - this.left;
    this.far[this.start] = 0;
    this.#heap.push(0, this.start);
  }

  // Grow for a while; say whether the way to a point is known.
  reaches(to) {
    const goal = this.#cornerOf(to);
    const end = this.now() + SLICE;
    for (let steps = 0; !this.done[goal]; steps += 1) {
      if (steps % CHECKED === CHECKED - 1 && this.now() > end) return false;
      if (!this.#heap.pop()) return true;
      const { item } = this.#heap;
      if (!this.done[item]) this.#settle(item);
    }
    return true;
  }

  knows(to) {
    return this.done[this.#cornerOf(to)] === 1;
  }

  // The corners on the way to a point; none while it is not known, and where the straight line costs no more
  way(to) {
    const goal = this.#cornerOf(to);
    const points = [];
    if (!this.done[goal] || this.#straight(goal) <= this.far[goal]) return points;
    for (let at = goal; at !== this.start; at = this.before[at]) points.push(this.#pointOf(at));
    return points.reverse();
  }

  #settle(at) {
    this.done[at] = 1;
    const [x, y] = [at % this.wide, Math.floor(at / this.wide)];
    const here = this.#cost(x, y);
    for (const [dx, dy] of STEPS) {
      const [right, down] = [x + dx, y + dy];
      if (right < 0 || down < 0 || right >= this.wide || down >= this.high) continue;
      const next = down * this.wide + right;
      if (this.done[next]) continue;
      const step = ((dx && dy ? Math.SQRT2 : 1) * (here + this.#cost(right, down))) / 2;
      const far = Math.fround(this.far[at] + step);
      if (far >= this.far[next]) continue;
      this.far[next] = far;
      this.before[next] = at;
      this.#heap.push(far, next);
    }
  }

  #cost(x, y) {
    const at = y * this.wide + x;
    if (this.costs[at] < 0) this.costs[at] = this.edges.cost(x + this.left, y + this.top);
    return this.costs[at];
  }

  #straight(goal) {
    const [from, to] = [this.#pointOf(this.start), this.#pointOf(goal)];
    const length = Math.hypot(to.x - from.x, to.y - from.y);
    const steps = Math.ceil(length);
    let sum = 0;
    for (let step = 0; step < steps; step += 1) {
      const share = (step + 0.5) / steps;
      sum += this.#cost(
        Math.round(from.x + share * (to.x - from.x)) - this.left,
        Math.round(from.y + share * (to.y - from.y)) - this.top,
      );
    }
    return steps ? (sum * length) / steps : 0;
  }

  // Beyond the window, the nearest corner of it
  #cornerOf({ x, y }) {
    const column = Math.min(this.wide - 1, Math.max(0, Math.round(x) - this.left));
    const row = Math.min(this.high - 1, Math.max(0, Math.round(y) - this.top));
    return row * this.wide + column;
  }

  #pointOf(at) {
    return { x: (at % this.wide) + this.left, y: Math.floor(at / this.wide) + this.top };
  }

  #within(value, length) {
    return Math.min(length, Math.max(0, Math.round(value)));
  }
}
