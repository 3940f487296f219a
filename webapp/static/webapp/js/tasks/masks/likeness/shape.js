// The shape that clicks mean: the pieces that are nearer to a click inside than to any outside, up to the clearest border.
// Nearness is of three kinds: along a way over the picture that crosses few edges, in looks, and on the ground.
import { Heap } from "./heap.js";

const REMEMBERED = 64;
export const SHAPE = {
  way: 2,
  looks: 0.3,
  ground: 4,
  power: 2,
  step: 0.02,
  inside: 1,
  pull: 1,
  usual: 0.08, // share of the tile, before the sizes of earlier shapes are known
  faint: 0.4,
  expected: 0,
};

// clicks: [{ piece, positive }] -> Uint8Array of the pieces inside
export function shapeOf(graph, clicks, options = SHAPE) {
  const inside = new Uint8Array(graph.count);
  const positive = nearest(
    graph,
    clicks.filter((click) => click.positive),
    options,
  );
  const negatives = clicks.filter((click) => !click.positive);
  const negative = nearest(graph, negatives, options);
  for (const piece of shapeIn(graph, { positive, negative, clicks: clicks.length - negatives.length }, options))
    inside[piece] = 1;
  for (const click of clicks) inside[click.piece] = click.positive ? 1 : 0;
  return inside;
}

function nearest(graph, clicks, options) {
  const least = new Float32Array(graph.count).fill(Infinity);
  for (const { piece } of clicks) {
    const far = distances(graph, piece, options);
    for (let at = 0; at < graph.count; at += 1) if (far[at] < least[at]) least[at] = far[at];
  }
  return least;
}

// How far each piece is from one; the newest answers are remembered, so that a shape costs its newest click alone.
function distances(graph, start, { way, looks, ground, power, step }) {
  const known = graph.remembered.get(start);
  if (known) return known;
  const far = ways(graph, start, { power, step });
  const { centres, remembered } = graph;
  if (remembered.size >= REMEMBERED) remembered.clear();
  remembered.set(start, far);
  for (let piece = 0; piece < graph.count; piece += 1) {
    const across = Math.hypot(centres[2 * piece] - centres[2 * start], centres[2 * piece + 1] - centres[2 * start + 1]);
    far[piece] = way * far[piece] + looks * Math.sqrt(graph.unlike(piece, start)) + (ground * across) / graph.side;
  }
  return far;
}

// The cheapest way from a piece to each other: steps over clear edges cost most
function ways(graph, start, { power, step }) {
  const far = new Float32Array(graph.count).fill(Infinity);
  const heap = new Heap(1024);
  far[start] = 0;
  heap.push(0, start);
  while (heap.pop()) {
    const { item: piece, key } = heap;
    if (key > far[piece] + 1e-6) continue;
    for (let at = graph.first[piece]; at < graph.first[piece + 1]; at += 1) {
      const next = graph.other[at];
      const cost = Math.fround(far[piece] + graph.contrast[at] ** power + step);
      if (cost < far[next]) {
        far[next] = cost;
        heap.push(cost, next);
      }
    }
  }
  return far;
}

// Pieces in the order of their nearness, up to the clearest border; clicks outside take their surroundings away from
// that, and never add anything.
function shapeIn(graph, { positive, negative, clicks }, options) {
  const order = Int32Array.from({ length: graph.count }, (_, piece) => piece)
    .filter((piece) => positive[piece] < Infinity)
    .sort((one, other) => positive[one] - positive[other]);
  const border = new Border(graph);
  let [best, bestScore] = [1, -Infinity];
  for (let at = 0; at < order.length; at += 1) {
    border.add(order[at]);
    const score = border.score(options, clicks);
    if (score > bestScore) [best, bestScore] = [at + 1, score];
  }
  return order.subarray(0, best).filter((piece) => positive[piece] < negative[piece]);
}

// The border of the pieces inside: how long it is, and how clear
class Border {
  length = 0;
  total = 0;
  area = 0;
  inner = 0;
  innerLength = 1;

  constructor(graph) {
    this.graph = graph;
    this.inside = new Uint8Array(graph.count);
  }

  add(piece) {
    const { first, other, length, contrast, areas } = this.graph;
    this.inside[piece] = 1;
    this.area += areas[piece];
    for (let at = first[piece]; at < first[piece + 1]; at += 1) {
      const shared = length[at] * contrast[at];
      if (this.inside[other[at]]) {
        this.length -= length[at];
        this.total -= shared;
        this.inner += shared;
        this.innerLength += length[at];
      } else {
        this.length += length[at];
        this.total += shared;
      }
    }
  }

  // The clearest border, around what is calm; of two alike the one around what is nearer to the expected size
  score({ inside, pull, expected, usual, faint }, clicks) {
    if (this.length < 1) return -Infinity;
    const [one, weight] = expected ? [expected, pull] : [usual * this.graph.side ** 2, faint];
    const size = one * clicks; // each click into the shape says that it is larger than was shown
    const calm = this.inner / this.innerLength + 0.1;
    return (
      Math.log(this.total / this.length + 0.05) - inside * Math.log(calm) - weight * Math.log(this.area / size) ** 2
    );
  }
}
