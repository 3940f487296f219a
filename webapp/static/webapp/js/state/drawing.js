// What is drawn into a mask by shapes: each is one step of undo, and the shapes below give way to it.
import { UNLABELLED } from "./mask.js";
import { areaOf, boxOf, common, holds, isInside, overlap, plain, united, without } from "./shapes.js";

const SPECK = 1e-3; // square px: less is left over by rounding alone

// Draw rings of a class, or of none: then it is a hole. Says whether it changed anything.
export function lay(mask, rings, code) {
  const parts = plain(rings, mask);
  return mask.inOneStep(() => {
    for (const part of parts ?? [rings]) add(mask, part, code);
  });
}

// Give the shape at a place other rings; what it leaves goes to the shapes below it, or is unlabelled again.
export function reshape(mask, changes) {
  return mask.inOneStep(() => {
    const moved = [...changes].map(([at, rings]) => ({ old: mask.shapes[at], parts: plain(rings, mask) ?? [] }));
    mask.shapes = mask.shapes.filter((_, at) => !changes.has(at));
    for (const { old } of moved) vacate(mask, old);
    for (const { old, parts } of moved) for (const part of parts) add(mask, part, old.code);
  });
}

// Take the shape at a place away, with its pixels.
export function remove(mask, at) {
  return reshape(mask, new Map([[at, []]]));
}

// Cut the shapes that a line crosses all the way into two; the pixels stay.
export function split(mask, points) {
  return mask.inOneStep(() => {
    const side = sideOf(points, 4 * Math.max(mask.width, mask.height));
    mask.shapes = mask.shapes.flatMap((shape) => {
      const parts = [common(shape.rings, side), without(shape.rings, side)];
      if (parts.some((part) => !part?.length)) return [shape];
      return parts.flat().map((rings) => ({ code: shape.code, rings }));
    });
  });
}

// Make one shape of the one at a place and those of its class that touch it.
export function unite(mask, at) {
  const chosen = mask.shapes[at];
  return mask.inOneStep(() => {
    let { rings } = chosen;
    let rest = mask.shapes.filter((shape) => shape !== chosen);
    for (let grown = true; grown; ) {
      grown = false;
      for (const other of rest.filter(({ code }) => code === chosen.code)) {
        const whole = overlap(boxOf(rings), boxOf(other.rings)) ? united(rings, other.rings) : null;
        if (whole?.length !== 1) continue;
        [rings] = whole;
        rest = rest.filter((shape) => shape !== other);
        grown = true;
      }
    }
    if (rest.length + 1 < mask.shapes.length) mask.shapes = [...rest, { code: chosen.code, rings }];
  });
}

// Which shape lies under a point: the newest one; -1 for none
export function shapeAt(mask, point) {
  return mask.shapes.findLastIndex(({ rings }) => isInside(rings, point));
}

function add(mask, rings, code) {
  const under = mask.shapes.filter((shape) => mask.locked.has(shape.code));
  const parts = under.reduce((left, shape) => left.flatMap((part) => cut(part, shape.rings)), [rings]);
  for (const part of parts) {
    mask.fillRings(part, code);
    mask.shapes = mask.shapes.flatMap((shape) =>
      mask.locked.has(shape.code) ? [shape] : cut(shape.rings, part).map((each) => sameOr(shape, each)),
    );
    const drawn = { code, rings: part };
    if (code !== UNLABELLED && holds(mask, drawn)) mask.shapes = [...mask.shapes, drawn];
  }
}

const sameOr = (shape, rings) => (rings === shape.rings ? shape : { code: shape.code, rings });

// The rings as they are where the others don't touch them.
function cut(rings, others) {
  if (!overlap(boxOf(rings), boxOf(others))) return [rings];
  const both = common(rings, others);
  if (both && !both.some((part) => areaOf(part) > SPECK)) return [rings];
  return (without(rings, others) ?? []).filter((part) => areaOf(part) > SPECK);
}

function vacate(mask, { code, rings }) {
  mask.fillRings(rings, UNLABELLED, (index) => mask.pixels[index] === code);
  for (const shape of mask.shapes.filter((each) => overlap(boxOf(each.rings), boxOf(rings)))) {
    mask.fillRings(shape.rings, shape.code, (index) => mask.pixels[index] === UNLABELLED);
  }
}

// A polygon on one side of a line that goes on far beyond both its ends
function sideOf(points, far) {
  const beyond = (from, to) => {
    const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
    return { x: to.x + (far * (to.x - from.x)) / length, y: to.y + (far * (to.y - from.y)) / length };
  };
  const [first, last] = [beyond(points[1], points[0]), beyond(points.at(-2), points.at(-1))];
  const [dx, dy] = [last.x - first.x, last.y - first.y];
  return [[first, ...points, last, { x: last.x - dy, y: last.y + dx }, { x: first.x - dy, y: first.y + dx }]];
}
