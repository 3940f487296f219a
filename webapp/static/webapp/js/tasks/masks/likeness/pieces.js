// Pieces: small connected areas of pixels that look alike (SNIC, Achanta and Süsstrunk 2017), grown from a lattice of seeds.
import { Heap } from "./heap.js";

export const PIECE = { size: 20, compactness: 1.5 };
const SLICE = 8192; // pixels that are joined between two breaths

// Grow pieces, some thousand pixels at a time: a generator that ends with { labels, count }; -1 where nothing is known.
export function* grownPieces(likeness, { size, compactness } = PIECE) {
  const { seeds, step } = lattice(likeness, size);
  const growth = new Growth(likeness, seeds, (compactness / step) ** 2);
  while (growth.join(SLICE)) yield;
  return withLeft(likeness, growth.labels, seeds.length);
}

// Run a generator to its end.
export function finish(steps) {
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value;
}

class Growth {
  #heap;
  #sums; // of each piece: channels, x, y and number of pixels

  constructor(likeness, seeds, ground) {
    Object.assign(this, { likeness, ground });
    this.labels = new Int32Array(likeness.width * likeness.height).fill(-1);
    this.#sums = new Float64Array(seeds.length * (likeness.depth + 3));
    this.#heap = new Heap(8 * seeds.length + 64);
    for (const [number, seed] of seeds.entries()) this.#heap.push(0, seed, number);
  }

  // Let the nearest pixels join; say whether there may be more.
  join(most) {
    let left = most;
    while (left > 0 && this.#heap.pop()) {
      const { item: at, extra: number } = this.#heap;
      if (this.labels[at] >= 0) continue;
      this.labels[at] = number;
      this.#add(at, number);
      for (const next of neighbours(at, this.likeness)) {
        if (this.labels[next] < 0) this.#heap.push(this.#distance(next, number), next, number);
      }
      left -= 1;
    }
    return left === 0;
  }

  #add(at, number) {
    const { depth, values, width } = this.likeness;
    const base = number * (depth + 3);
    for (let channel = 0; channel < depth; channel += 1) this.#sums[base + channel] += values[at * depth + channel];
    this.#sums[base + depth] += at % width;
    this.#sums[base + depth + 1] += Math.floor(at / width);
    this.#sums[base + depth + 2] += 1;
  }

  #distance(at, number) {
    const { depth, values, weights, width } = this.likeness;
    const base = number * (depth + 3);
    const many = this.#sums[base + depth + 2];
    let distance = 0;
    for (let channel = 0; channel < depth; channel += 1) {
      const difference = values[at * depth + channel] - this.#sums[base + channel] / many;
      distance += weights[channel] * difference * difference;
    }
    const across = (at % width) - this.#sums[base + depth] / many;
    const down = Math.floor(at / width) - this.#sums[base + depth + 1] / many;
    return distance + this.ground * (across * across + down * down);
  }
}

// The known pixels beside, above and below one
function neighbours(at, { width, height, depth, values }) {
  const x = at % width;
  const near = [];
  if (x > 0 && values[(at - 1) * depth]) near.push(at - 1);
  if (x < width - 1 && values[(at + 1) * depth]) near.push(at + 1);
  if (at >= width && values[(at - width) * depth]) near.push(at - width);
  if (at < width * (height - 1) && values[(at + width) * depth]) near.push(at + width);
  return near;
}

function lattice({ width, height, depth, values }, size) {
  const step = Math.sqrt(size);
  const across = Math.max(1, Math.round(width / step));
  const down = Math.max(1, Math.round(height / step));
  const seeds = [];
  for (let row = 0; row < down; row += 1) {
    for (let column = 0; column < across; column += 1) {
      const x = Math.floor(((column + 0.5) * width) / across);
      const y = Math.floor(((row + 0.5) * height) / down);
      if (values[(y * width + x) * depth]) seeds.push(y * width + x);
    }
  }
  return { seeds, step };
}

// Islands of known pixels that no seed reached are pieces of their own.
function withLeft(likeness, labels, count) {
  const { depth, values } = likeness;
  let total = count;
  for (let start = 0; start < labels.length; start += 1) {
    if (labels[start] >= 0 || !values[start * depth]) continue;
    number(likeness, labels, start, total);
    total += 1;
  }
  return { labels, count: total };
}

function number(likeness, labels, start, name) {
  labels[start] = name;
  const open = [start];
  while (open.length) {
    for (const next of neighbours(open.pop(), likeness)) {
      if (labels[next] >= 0) continue;
      labels[next] = name;
      open.push(next);
    }
  }
}
