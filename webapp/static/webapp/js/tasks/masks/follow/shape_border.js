// The way along the ring of a drawn shape, or the border of the tile, between two points that lie on it.
import { nearestOn, rectangle } from "../../../state/shapes.js";

const ON = 0.02; // px: corners are kept off the middle of pixels by as much

// -> the corners after `from`, up to `to`, the shorter way round or the longer one; null where no ring has both
export function borderWay({ shapes, width, height }, from, to, longer = false) {
  const tile = rectangle({ x: 0, y: 0 }, { x: width, y: height });
  const rings = [...shapes.flatMap((shape) => shape.rings), tile];
  const ways = rings.flatMap((ring) => waysOn(ring, from, to));
  if (!ways.length) return null;
  const [first, ...rest] = ways;
  const best = rest.reduce((one, other) => (other.length < one.length ? other : one), first);
  return (longer ? best.other : best).points;
}

function waysOn(ring, from, to) {
  const [start, end] = [placeOn(ring, from), placeOn(ring, to)];
  if (start === null || end === null || start === end) return [];
  const ahead = measured(from, to, between(ring, start, end));
  const back = measured(from, to, between(ring, end, start).reverse());
  return [ahead.length <= back.length ? { ...ahead, other: back } : { ...back, other: ahead }];
}

// Where a point lies on a ring: the number of the corner before it and its share of the edge from there; null off it
function placeOn(ring, point) {
  let [least, place] = [ON, null];
  for (const [i, a] of ring.entries()) {
    const b = ring[(i + 1) % ring.length];
    const { x, y, distance } = nearestOn(a, b, point);
    if (distance > least) continue;
    const length = Math.hypot(b.x - a.x, b.y - a.y);
    [least, place] = [distance, i + (length ? Math.hypot(x - a.x, y - a.y) / length : 0)];
  }
  return place;
}

// The corners of a ring between two places of it, going ahead
function between(ring, start, end) {
  const goal = end > start ? end : end + ring.length;
  const corners = [];
  for (let i = Math.floor(start) + 1; i < goal; i += 1) corners.push(ring[i % ring.length]);
  return corners;
}

function measured(from, to, corners) {
  const points = [...corners.filter((each) => apart(each, from) > ON && apart(each, to) > ON), to];
  const length = points.reduce((sum, each, i) => sum + apart(i ? points[i - 1] : from, each), 0);
  return { points, length };
}

const apart = (one, other) => Math.hypot(one.x - other.x, one.y - other.y);
