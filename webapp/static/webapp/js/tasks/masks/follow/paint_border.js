// The way along the border of what is painted, between two corners of pixels: exactly, so that neighbours share it.

const STEPS = [
  [1, 0],
  [0, 1],
  [-1, 0],
  [0, -1],
];
const MOST = 60_000; // corners that are looked at before it is given up

// The corner of a pixel on a border of paint that lies nearest within reach, or null
export function nearestVertex(mask, point, reach) {
  let [nearest, least] = [null, reach];
  for (let y = Math.ceil(point.y - reach); y <= point.y + reach; y += 1) {
    for (let x = Math.ceil(point.x - reach); x <= point.x + reach; x += 1) {
      const far = Math.hypot(x - point.x, y - point.y);
      if (far <= least && STEPS.some(([dx, dy]) => parts(mask, x, y, dx, dy))) [nearest, least] = [{ x, y }, far];
    }
  }
  return nearest;
}

// -> the corners after `from`, up to `to`, the shortest way; null where no border leads there
export function paintWay(mask, from, to) {
  if (![from.x, from.y, to.x, to.y].every(Number.isInteger)) return null;
  const wide = mask.width + 1;
  const [start, goal] = [from, to].map(({ x, y }) => y * wide + x);
  const before = new Map([[start, start]]);
  const open = [start];
  for (let i = 0; i < open.length && i < MOST && !before.has(goal); i += 1) {
    const [x, y] = [open[i] % wide, Math.floor(open[i] / wide)];
    for (const [dx, dy] of STEPS) {
      const next = (y + dy) * wide + x + dx;
      if (before.has(next) || !parts(mask, x, y, dx, dy)) continue;
      before.set(next, open[i]);
      open.push(next);
    }
  }
  if (start === goal || !before.has(goal)) return null;
  return bends(before, start, goal, wide);
}

// Whether the edge from a corner of pixels to the next lies between two classes, one of which may be none
function parts({ width, height, pixels }, x, y, dx, dy) {
  if (x + dx < 0 || y + dy < 0 || x + dx > width || y + dy > height) return false;
  const [left, top] = [Math.min(x, x + dx), Math.min(y, y + dy)];
  const [one, other] = dx
    ? [(top - 1) * width + left, top * width + left]
    : [top * width + left - 1, top * width + left];
  const beside = dx ? top > 0 && top < height : left > 0 && left < width;
  return beside && pixels[one] !== pixels[other];
}

function bends(before, start, goal, wide) {
  const points = [];
  for (let at = goal; ; at = before.get(at)) {
    points.push({ x: at % wide, y: Math.floor(at / wide) });
    if (at === start) break;
  }
  points.reverse();
  const turns = ({ x, y }, i) => {
    const [a, b] = [points[i - 1], points[i + 1]];
    return !b || (b.x - x) * (y - a.y) !== (x - a.x) * (b.y - y);
  };
  return points.filter((point, i) => i > 0 && turns(point, i));
}
