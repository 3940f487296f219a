import assert from "node:assert/strict";
import { test } from "node:test";
import { lay } from "../../webapp/static/webapp/js/state/drawing.js";
import { Mask } from "../../webapp/static/webapp/js/state/mask.js";
import { Painter } from "../../webapp/static/webapp/js/state/painter.js";
import { rectangle } from "../../webapp/static/webapp/js/state/shapes.js";
import { Edges } from "../../webapp/static/webapp/js/tasks/masks/follow/edges.js";
import { Follow } from "../../webapp/static/webapp/js/tasks/masks/follow/follow.js";
import { nearestVertex, paintWay } from "../../webapp/static/webapp/js/tasks/masks/follow/paint_border.js";
import { borderWay } from "../../webapp/static/webapp/js/tasks/masks/follow/shape_border.js";
import { Wire } from "../../webapp/static/webapp/js/tasks/masks/follow/wire.js";
import { TOOLS } from "../../webapp/static/webapp/js/tasks/masks/tools/index.js";

const at = (x, y) => ({ x, y });
const pairs = (points) => points.map(({ x, y }) => [x, y]);

// A tile in one band: `value(x, y)` is 1 to 255.
function pictured(side, value) {
  const values = Uint8Array.from({ length: side * side }, (_, i) => value(i % side, Math.floor(i / side)));
  const spectral = Float32Array.of(1 / 1600);
  return { width: side, height: side, depth: 1, bands: 1, values, weights: spectral, spectral };
}

const disc = (side, radius) =>
  pictured(side, (x, y) => (Math.hypot(x + 0.5 - side / 2, y + 0.5 - side / 2) < radius ? 200 : 60));

function easel(side = 32, wanted = {}) {
  const painter = new Painter(TOOLS);
  painter.load(new Mask(side, side));
  painter.choose(1);
  painter.reach = 1;
  painter.pick("polygon");
  painter.follow = new Follow(painter, { borders: false, edges: false, ...wanted });
  return painter;
}

const click = (painter, x, y, event = {}) => {
  painter.drag(at(x, y), event);
  painter.press(at(x, y), event);
  painter.lift(event);
};

const count = (painter, code) => painter.mask.counts().get(code) ?? 0;

test("it works: Alt between two corners of a neighbour follows its border, and no pixel is lost or doubled", () => {
  const painter = easel();
  lay(painter.mask, [[at(4, 4), at(16, 4), at(20, 10), at(14, 13), at(18, 20), at(4, 20)]], 1);
  const before = count(painter, 1);
  painter.choose(2);
  click(painter, 16, 4);
  click(painter, 18, 20, { altKey: true });
  assert.deepEqual(pairs(painter.active.corners), [
    [16, 4],
    [20, 10],
    [14, 13],
    [18, 20],
  ]);
  click(painter, 28, 20);
  click(painter, 28, 4);
  painter.key({ key: "Enter" });
  assert.equal(count(painter, 1), before);
  let gaps = 0;
  for (let y = 4; y < 20; y += 1) for (let x = 4; x < 28; x += 1) gaps += painter.mask.pixels[y * 32 + x] === 0;
  assert.equal(gaps, 0);
  assert.equal(painter.mask.shapes.length, 2);
});

test("what would be set is shown before the click, and one step back takes all of it away", () => {
  const painter = easel(32, { borders: true });
  lay(painter.mask, [rectangle(at(4, 4), at(12, 12))], 1);
  click(painter, 4, 4);
  painter.drag(at(12, 12), {});
  assert.equal(painter.active.sketch.ahead.length, 2);
  painter.press(at(12, 12), {});
  painter.lift({});
  assert.equal(painter.active.corners.length, 3);
  assert.equal(painter.active.sketch.ahead, null);
  painter.back();
  assert.deepEqual(pairs(painter.active.corners), [[4, 4]]);
});

test("the shorter way is taken, the longer one with Shift, and the tile's border is one, too", () => {
  const mask = new Mask(32, 32);
  lay(mask, [rectangle(at(4, 4), at(20, 12))], 1);
  assert.deepEqual(pairs(borderWay(mask, at(8, 4), at(4, 8))), [
    [4, 4],
    [4, 8],
  ]);
  assert.deepEqual(pairs(borderWay(mask, at(8, 4), at(4, 8), true)), [
    [20, 4],
    [20, 12],
    [4, 12],
    [4, 8],
  ]);
  assert.deepEqual(pairs(borderWay(mask, at(28, 0), at(32, 6))), [
    [32, 0],
    [32, 6],
  ]);
  assert.equal(borderWay(mask, at(8, 4), at(30, 30)), null);
  assert.equal(borderWay(mask, at(8, 4), at(8, 4)), null);
});

test("painted pixels have a border that is followed corner by corner", () => {
  const mask = new Mask(16, 16);
  mask.fillPixels([4 * 16 + 4, 4 * 16 + 5, 5 * 16 + 4], 1);
  assert.deepEqual(pairs(paintWay(mask, at(6, 4), at(4, 5))), [
    [4, 4],
    [4, 5],
  ]);
  assert.deepEqual(pairs(paintWay(mask, at(6, 5), at(5, 6))), [
    [5, 5],
    [5, 6],
  ]);
  assert.deepEqual(nearestVertex(mask, at(6.4, 4.2), 1), at(6, 4));
  assert.equal(nearestVertex(mask, at(12, 12), 1), null);
  assert.equal(paintWay(mask, at(6, 4), at(12, 12)), null);
  assert.equal(paintWay(mask, at(6.5, 4), at(4, 6)), null);
});

test("lines follow the edge in the picture while that is wanted, and go straight else", () => {
  const painter = easel(96, { edges: true });
  painter.see({ likeness: disc(96, 30) });
  for (const [x, y] of [
    [48, 18],
    [78, 48],
    [48, 78],
    [18, 48],
  ]) {
    click(painter, x, y);
  }
  assert.ok(painter.active.corners.length > 8);
  painter.key({ key: "Enter" });
  let [both, either] = [0, 0];
  for (let i = 0; i < 96 * 96; i += 1) {
    const inside = Math.hypot((i % 96) + 0.5 - 48, Math.floor(i / 96) + 0.5 - 48) < 30;
    both += inside && painter.mask.pixels[i] === 1;
    either += inside || painter.mask.pixels[i] === 1;
  }
  assert.ok(both / either > 0.97, `IoU ${both / either}`);
  painter.follow.wanted.edges = false;
  click(painter, 10, 10);
  click(painter, 80, 20);
  assert.equal(painter.active.corners.length, 2);
});

test("a corner goes to the clearest edge that is near, but stays where a shape drew it", () => {
  const painter = easel(96, { edges: true });
  painter.see({ likeness: pictured(96, (x) => (x < 40 ? 60 : 200)) });
  painter.reach = 4;
  click(painter, 42.3, 30.2);
  assert.deepEqual(pairs(painter.active.corners), [[40, 30]]);
  painter.key({ key: "Escape" });
  lay(painter.mask, [rectangle(at(20, 20), at(42, 28))], 1);
  click(painter, 42.4, 28.3);
  assert.deepEqual(pairs(painter.active.corners), [[42, 28]]);
});

test("a tile without edges, one that nobody has looked at yet and a pointer beside it give straight lines", () => {
  const painter = easel(64, { edges: true });
  const said = [];
  painter.on("tell", (message) => said.push(message));
  click(painter, 4, 4);
  assert.match(said[0], /still being looked at/);
  click(painter, 30, 4);
  assert.equal(painter.active.corners.length, 2);
  painter.see({ likeness: pictured(64, () => 128) });
  click(painter, 30, 40);
  click(painter, 90, 70);
  assert.equal(painter.active.corners.length, 4);
  assert.equal(new Edges(pictured(64, () => 0)).strongest(at(8, 8), 4), null);
});

test("on 1,024 px a move of the pointer is answered within a frame, wherever it goes", () => {
  const side = 1024;
  const noise = (x, y) => 20 + ((x * 7919 + y * 104729 + ((x * y) % 97) * 31) % 200);
  const painter = easel(side, { edges: true });
  painter.see({ likeness: pictured(side, noise) });
  click(painter, 500, 500);
  const taken = [];
  for (let step = 0; step < 120; step += 1) {
    const from = performance.now();
    painter.drag(at(500 + 3 * step, 500 + 200 * Math.sin(step / 8)), {});
    taken.push(performance.now() - from);
  }
  taken.sort((one, other) => one - other);
  const p95 = taken[Math.floor(0.95 * taken.length)];
  assert.ok(p95 < 16, `${p95} ms`);
});

test("a wire that was not long enough within one frame goes on in the next", () => {
  let clock = 0;
  const wire = new Wire(new Edges(disc(96, 30)), at(48, 18), () => (clock += 10));
  assert.equal(wire.reaches(at(48, 78)), false);
  assert.deepEqual(wire.way(at(48, 78)), []);
  while (!wire.reaches(at(48, 78)));
  assert.deepEqual(pairs(wire.way(at(48, 78))).at(-1), [48, 78]);
});
