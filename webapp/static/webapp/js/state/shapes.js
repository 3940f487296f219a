// Shapes: what was drawn into a mask, { code, rings: [[{ x, y }, ...], hole, ...] } in pixels of the tile.
import polygonClipping from "polygon-clipping";
import { polygon } from "./raster.js";

const FINEST = 1000; // parts of a pixel that corners are kept in
const ASIDE = 0.01; // px

// [left, top, right, bottom] of rings
export function boxOf(rings) {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { x, y } of rings[0]) {
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  return [left, top, right, bottom];
}

export function overlap(one, other) {
  return one[0] <= other[2] && other[0] <= one[2] && one[1] <= other[3] && other[1] <= one[3];
}

// Whether all pixels of a shape are of its class
export function holds(mask, { code, rings }) {
  let any = false;
  const all = polygon(mask, rings, (index) => {
    any = true;
    return mask.pixels[index] === code;
  });
  return any && all;
}

export function isInside(rings, { x, y }) {
  let inside = false;
  for (const ring of rings) {
    for (const [i, a] of ring.entries()) {
      const b = ring[(i + 1) % ring.length];
      if (a.y <= y !== b.y <= y && x < a.x + ((y - a.y) / (b.y - a.y)) * (b.x - a.x)) inside = !inside;
    }
  }
  return inside;
}

// The area of rings in square pixels
export function areaOf(rings) {
  const [outer = 0, ...holes] = rings.map((ring) => Math.abs(signedArea(ring)));
  return outer - holes.reduce((sum, area) => sum + area, 0);
}

function signedArea(ring) {
  return ring.reduce((sum, a, i) => {
    const b = ring[(i + 1) % ring.length];
    return sum + (a.x * b.y - b.x * a.y) / 2;
  }, 0);
}

// What is left of rings without, of both, or with other ones, and the part of them inside: -> [rings, ...]
export const without = (rings, others) => clipped("difference", rings, others);
export const united = (rings, others) => clipped("union", rings, others);
export const common = (rings, others) => clipped("intersection", rings, others);

// Rings that cross themselves made plain, and what lies beside a tile of this size cut off: -> [rings, ...]
export function plain(rings, { width, height }) {
  return common(rings, [rectangle({ x: 0, y: 0 }, { x: width, y: height })]);
}

function clipped(how, rings, others) {
  try {
    return polygonClipping[how](pairsOf(rings), ...[others].filter((each) => each.length).map(pairsOf)).map(ringsOf);
  } catch {
    return null; // the sweep met corners too close to tell apart
  }
}

const pairsOf = (rings) => rings.map((ring) => ring.map(({ x, y }) => [x, y]));
const ringsOf = (part) => part.map((ring) => ring.slice(0, -1).map(([x, y]) => settled({ x, y })));

// A corner as it is kept: no finer than anybody draws, and never on the middle of a pixel, which would be on no side.
export function settled({ x, y }) {
  return { x: settledAlong(x), y: settledAlong(y) };
}

function settledAlong(value) {
  const kept = Math.round(value * FINEST) / FINEST;
  return Math.abs(kept - Math.floor(kept) - 0.5) < 1 / FINEST ? Math.floor(kept) + 0.5 + ASIDE : kept;
}

export function rectangle(a, b) {
  return [
    { x: a.x, y: a.y },
    { x: b.x, y: a.y },
    { x: b.x, y: b.y },
    { x: a.x, y: b.y },
  ];
}

// A line with fewer points, none further from it than `slack` (Douglas and Peucker 1973)
export function simplified(points, slack) {
  if (points.length < 3) return points;
  const [first, last] = [points[0], points.at(-1)];
  let [far, at] = [0, 0];
  for (let i = 1; i + 1 < points.length; i += 1) {
    const { distance } = nearestOn(first, last, points[i]);
    if (distance > far) [far, at] = [distance, i];
  }
  if (far <= slack) return [first, last];
  return [...simplified(points.slice(0, at + 1), slack).slice(0, -1), ...simplified(points.slice(at), slack)];
}

// A ring with its corners cut (Chaikin 1974)
export function rounder(ring) {
  const between = (a, b, share) => ({ x: a.x + share * (b.x - a.x), y: a.y + share * (b.y - a.y) });
  return ring.flatMap((a, i) => {
    const b = ring[(i + 1) % ring.length];
    return [between(a, b, 0.25), between(a, b, 0.75)];
  });
}

// The point of a line from a to b that is nearest -> { x, y, distance }
export function nearestOn(a, b, point) {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const share = ((point.x - a.x) * dx + (point.y - a.y) * dy) / (dx * dx + dy * dy || 1);
  const along = Math.min(1, Math.max(0, share));
  const [x, y] = [a.x + along * dx, a.y + along * dy];
  return { x, y, distance: Math.hypot(point.x - x, point.y - y) };
}

// The corner, else the edge, else the border of the tile that lies within reach of a point, or the point itself
export function snapped(point, shapes, size, reach) {
  const [corner, edge] = nearest(point, shapes, reach);
  if (corner) return corner;
  if (edge) return edge;
  const onto = (value, length) => [0, length].find((end) => Math.abs(value - end) <= reach) ?? value;
  return { x: onto(point.x, size.width), y: onto(point.y, size.height) };
}

function nearest(point, shapes, reach) {
  let [corner, edge] = [null, null];
  const closer = (one, other) => (one.distance <= reach && one.distance < (other?.distance ?? Infinity) ? one : other);
  for (const ring of shapes.flatMap(({ rings }) => rings)) {
    for (const [i, a] of ring.entries()) {
      corner = closer({ x: a.x, y: a.y, distance: Math.hypot(a.x - point.x, a.y - point.y) }, corner);
      edge = closer(nearestOn(a, ring[(i + 1) % ring.length], point), edge);
    }
  }
  return [corner, edge].map((each) => each && { x: each.x, y: each.y });
}
