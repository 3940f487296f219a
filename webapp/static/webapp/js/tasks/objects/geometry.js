// Geometry of objects in px of their tile: x goes right, y down, angles turn clockwise on the picture.

const TURN = Math.PI / 180;
const EDGES = ["nw", "n", "ne", "e", "se", "s", "sw", "w"];
const SIDES = { n: [0, -1], e: [1, 0], s: [0, 1], w: [-1, 0] };
const LEAST = 0.5; // px, of a side

const clamp = (value, low, high) => Math.min(high, Math.max(low, value));
const round = (value) => Math.round(value * 100) / 100;

// An angle as the one in (-90, 90] that turns a box alike
export function halfTurn(angle) {
  const turned = round(angle - 180 * Math.ceil((angle - 90) / 180));
  return turned <= -90 ? 90 : turned + 0;
}

// A place of the box's own frame, in px from its centre, on the tile
export function toTile({ x, y, angle = 0 }, across, down) {
  const [cos, sin] = [Math.cos(angle * TURN), Math.sin(angle * TURN)];
  return { x: x + across * cos - down * sin, y: y + across * sin + down * cos };
}

// A place of the tile in the box's own frame -> [across, down]
export function toBox({ x, y, angle = 0 }, point) {
  const [cos, sin] = [Math.cos(angle * TURN), Math.sin(angle * TURN)];
  const [dx, dy] = [point.x - x, point.y - y];
  return [dx * cos + dy * sin, dy * cos - dx * sin];
}

// The corners, clockwise from the north-west one of the box as it would stand upright
export function cornersOf(box) {
  const [across, down] = [box.width / 2, box.height / 2];
  return [
    [-across, -down],
    [across, -down],
    [across, down],
    [-across, down],
  ].map((corner) => toTile(box, ...corner));
}

// How far a place lies from the outline: negative inside
export function distanceTo(box, point) {
  const [across, down] = toBox(box, point);
  const [dx, dy] = [Math.abs(across) - box.width / 2, Math.abs(down) - box.height / 2];
  return dx > 0 && dy > 0 ? Math.hypot(dx, dy) : Math.max(dx, dy);
}

// What can be gripped: [{ name, x, y }]; reach: px of the tile that the grip for turning stands off
export function handlesOf(box, { rotated, reach }) {
  const at = (name) => {
    const [across, down] = directionOf(name);
    return { name, ...toTile(box, (across * box.width) / 2, (down * box.height) / 2) };
  };
  const turn = rotated ? [{ name: "turn", ...toTile(box, 0, -box.height / 2 - reach) }] : [];
  return [...EDGES.map(at), ...turn];
}

// The upright box between two places
export function boxBetween(one, other) {
  return {
    x: (one.x + other.x) / 2,
    y: (one.y + other.y) / 2,
    width: Math.abs(one.x - other.x),
    height: Math.abs(one.y - other.y),
    angle: 0,
  };
}

// The box with what is gripped at a place; what lies opposite stays.
export function gripped(box, name, point) {
  if (name === "turn") {
    const angle = Math.atan2(point.y - box.y, point.x - box.x) / TURN + 90;
    return { ...box, angle: halfTurn(Math.abs(halfTurn(angle)) < 1.5 ? 0 : angle) };
  }
  const [across, down] = directionOf(name);
  const [to, below] = toBox(box, point);
  const [width, shiftX] = stretched(box.width, across, to);
  const [height, shiftY] = stretched(box.height, down, below);
  return { ...box, ...toTile(box, shiftX, shiftY), width, height };
}

// A side of the box by `across` and `down` px wider and higher, its north-west corner staying
export function grown(box, across, down) {
  const [width, height] = [Math.max(1, box.width + across), Math.max(1, box.height + down)];
  return { ...box, ...toTile(box, (width - box.width) / 2, (height - box.height) / 2), width, height };
}

// An object as it may be on a tile of `side` px: an upright box is cut off at the edge, of others the centre stays on
// the tile. null: nothing of it is left.
export function onTile(thing, side) {
  const { width, height, angle } = thing;
  if (width === undefined || angle) {
    const placed = { ...thing, x: round(clamp(thing.x, 0, side)), y: round(clamp(thing.y, 0, side)) };
    return width === undefined ? placed : { ...placed, width: round(width), height: round(height) };
  }
  const [left, right] = [thing.x - width / 2, thing.x + width / 2].map((x) => clamp(x, 0, side));
  const [top, bottom] = [thing.y - height / 2, thing.y + height / 2].map((y) => clamp(y, 0, side));
  if (right - left < LEAST || bottom - top < LEAST) return null;
  const cut = { x: (left + right) / 2, y: (top + bottom) / 2, width: right - left, height: bottom - top };
  for (const name of Object.keys(cut)) cut[name] = round(cut[name]);
  return { ...thing, ...cut };
}

// The object moved by so many px; a box keeps its sides and stays on the tile as a whole where it is upright.
export function moved(thing, dx, dy, side) {
  const upright = thing.width !== undefined && !thing.angle;
  const [across, down] = upright ? [thing.width / 2, thing.height / 2] : [0, 0];
  const x = clamp(thing.x + dx, Math.min(across, side / 2), Math.max(side - across, side / 2));
  const y = clamp(thing.y + dy, Math.min(down, side / 2), Math.max(side - down, side / 2));
  return { ...thing, x: round(x), y: round(y) };
}

// The smallest object whose outline lies within `reach` of a place, or that holds it; null: none.
export function objectAt(things, point, { reach, inside }) {
  const near = (thing) => {
    if (thing.width === undefined) return Math.hypot(thing.x - point.x, thing.y - point.y) <= reach;
    const distance = distanceTo(thing, point);
    return inside ? distance <= reach : Math.abs(distance) <= reach;
  };
  const size = (thing) =>
    thing.width === undefined ? Math.hypot(thing.x - point.x, thing.y - point.y) : areaOf(thing);
  return things.filter(near).reduce((least, thing) => (!least || size(thing) < size(least) ? thing : least), null);
}

const areaOf = ({ width, height }) => width * height;

function directionOf(name) {
  return [...name].reduce(([across, down], side) => [across + SIDES[side][0], down + SIDES[side][1]], [0, 0]);
}

// A length whose end in a direction goes to a place -> [length, how far the middle moves]
function stretched(length, direction, to) {
  if (!direction) return [length, 0];
  const wanted = Math.max(LEAST, direction * to + length / 2);
  return [wanted, (direction * (wanted - length)) / 2];
}
