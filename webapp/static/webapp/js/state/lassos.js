// Lassos around laser returns, from above or in a profile, and what they say of each: { scene, class, polygon: [[x, y],
// ...] in px of the tile }, or with { line, width, metres } of a profile: [[m along the line, height in m], ...].
import { cutAlong } from "./returns.js";

export const MOST_LASSOS = 500; // of a tile; the server has the same
export const MOST_CORNERS = 20_000; // of all of them
const known = new WeakMap(); // polygon -> [returns, the numbers of those inside]

// The numbers of the returns inside; a ring that crosses itself has them by turns
export function insideOf(lasso, returns) {
  const [of, before] = known.get(lasso.polygon) ?? [];
  if (of === returns) return before;
  const inside = lasso.line ? inProfile(lasso, returns) : fromAbove(lasso, returns);
  known.set(lasso.polygon, [returns, inside]);
  return inside;
}

function fromAbove({ polygon }, { count, x, y }) {
  const holds = ringOf(polygon);
  const inside = [];
  for (let at = 0; at < count; at += 1) if (holds(x[at], y[at])) inside.push(at);
  return inside;
}

function inProfile({ polygon, line, width, metres }, returns) {
  const holds = ringOf(polygon);
  const ends = line.map(([x, y]) => ({ x, y }));
  const { points, along } = cutAlong({ ...returns, metres }, ends, width);
  return points.filter((at, i) => holds(along[i], returns.z[at]));
}

// -> whether a point lies inside, for very many of them
function ringOf(polygon) {
  const [xs, ys] = [0, 1].map((axis) => Float64Array.from(polygon, (corner) => corner[axis]));
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  return (x, y) => {
    if (x < left || x > right || y < top || y > bottom) return false;
    let inside = false;
    for (let i = 0, j = xs.length - 1; i < xs.length; j = i, i += 1) {
      const crosses = ys[i] <= y !== ys[j] <= y;
      if (crosses && x < xs[i] + ((y - ys[i]) / (ys[j] - ys[i])) * (xs[j] - xs[i])) inside = !inside;
    }
    return inside;
  };
}

// The class that lassos, later ones over earlier ones, gave each return; 0 for none
export function codesBy(lassos, returns) {
  const codes = new Uint8Array(returns.count);
  for (const lasso of lassos) {
    for (const at of insideOf(lasso, returns)) if (!lasso.keeps?.includes(codes[at])) codes[at] = lasso.class;
  }
  return codes;
}

// The highest return of each pixel of a tile, by its number; -1 where there is none
export function highest({ count, x, y, z }, { width, height }) {
  const numbers = new Int32Array(width * height).fill(-1);
  for (let at = 0; at < count; at += 1) {
    const [column, row] = [Math.floor(x[at]), Math.floor(y[at])];
    if (column < 0 || row < 0 || column >= width || row >= height) continue;
    const pixel = row * width + column;
    if (numbers[pixel] < 0 || z[at] > z[numbers[pixel]]) numbers[pixel] = at;
  }
  return numbers;
}
