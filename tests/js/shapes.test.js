import assert from "node:assert/strict";
import { test } from "node:test";
import { lay, remove, reshape, shapeAt, split, unite } from "../../webapp/static/webapp/js/state/drawing.js";
import { Mask } from "../../webapp/static/webapp/js/state/mask.js";
import { areaText, lengthText } from "../../webapp/static/webapp/js/state/measure.js";
import { fromSent, toSent } from "../../webapp/static/webapp/js/state/sent_shapes.js";
import {
  areaOf,
  isInside,
  plain,
  rectangle,
  rounder,
  simplified,
  snapped,
} from "../../webapp/static/webapp/js/state/shapes.js";
import { smoothPaint, smoothShape } from "../../webapp/static/webapp/js/state/smoothing.js";

const box = (left, top, right, bottom) => rectangle({ x: left, y: top }, { x: right, y: bottom });
const drawn = (mask) =>
  Array.from({ length: mask.height }, (_, y) => mask.pixels.subarray(y * mask.width, (y + 1) * mask.width).join(""));
const total = (mask) => mask.shapes.reduce((sum, { rings }) => sum + areaOf(rings), 0);

test("it works: a shape is drawn into the mask and kept beside it", () => {
  const mask = new Mask(6, 4);
  assert.equal(lay(mask, [box(1, 1, 4.4, 3)], 2), true);
  assert.deepEqual(drawn(mask), ["000000", "022200", "022200", "000000"]);
  assert.equal(mask.shapes.length, 1);
  assert.equal(areaOf(mask.shapes[0].rings).toFixed(3), "6.800");
  mask.undo();
  assert.deepEqual([mask.empty, mask.shapes], [true, []]);
  mask.redo();
  assert.equal(mask.shapes.length, 1);
});

test("paint over a shape drops it, the undo brings it back, and its own class leaves it", () => {
  const mask = new Mask(6, 4);
  lay(mask, [box(1, 1, 4, 3)], 2);
  mask.fillPixels([0, 7, 8], 2);
  assert.equal(mask.shapes.length, 1);
  mask.fillPixels([8], 0);
  assert.equal(mask.shapes.length, 0);
  mask.undo();
  assert.equal(mask.shapes.length, 1);
});

test("a shape over another one cuts it: both stay, and say what the mask says", () => {
  const mask = new Mask(8, 8);
  lay(mask, [box(0, 0, 6, 6)], 1);
  lay(mask, [box(4, 4, 8, 8)], 2);
  assert.deepEqual(
    mask.shapes.map(({ code, rings }) => [code, areaOf(rings)]),
    [
      [1, 32],
      [2, 16],
    ],
  );
  assert.deepEqual([mask.counts().get(1), mask.counts().get(2)], [32, 16]);
});

test("a shape inside another one leaves a hole in it", () => {
  const mask = new Mask(8, 8);
  lay(mask, [box(0, 0, 8, 8)], 1);
  lay(mask, [box(2, 2, 4, 4)], 0);
  assert.equal(mask.shapes[0].rings.length, 2);
  assert.equal(mask.counts().get(0), 4);
  assert.equal(isInside(mask.shapes[0].rings, { x: 3, y: 3 }), false);
});

test("locked classes are not painted over: by no brush, no shape and no fill", () => {
  const mask = new Mask(8, 4);
  lay(mask, [box(0, 0, 4, 4)], 1);
  mask.locked.add(1);
  lay(mask, [box(2, 0, 6, 4)], 2);
  mask.begin();
  mask.paint({ x: 0, y: 0 }, { x: 7, y: 0 }, 1, 3);
  mask.end();
  mask.clear();
  assert.deepEqual(drawn(mask), ["11110000", "11110000", "11110000", "11110000"]);
  assert.equal(mask.shapes.length, 1);
  mask.undo();
  assert.deepEqual(drawn(mask)[1], "11112200");
});

test("what lies beside the tile is cut off, and a line that crosses itself makes plain shapes", () => {
  assert.equal(areaOf(plain([box(-5, -5, 4, 4)], { width: 8, height: 8 })[0]), 16);
  const bow = [
    { x: 0, y: 0 },
    { x: 4, y: 4 },
    { x: 4, y: 0 },
    { x: 0, y: 4 },
  ];
  assert.equal(plain([bow], { width: 8, height: 8 }).length, 2);
});

test("a shape that is moved leaves what it covered to those below", () => {
  const mask = new Mask(8, 2);
  lay(mask, [box(0, 0, 4, 2)], 1);
  reshape(mask, new Map([[0, [box(2, 0, 6, 2)]]]));
  assert.deepEqual(drawn(mask), ["00111100", "00111100"]);
  remove(mask, 0);
  assert.deepEqual([mask.empty, mask.shapes.length], [true, 0]);
});

test("a line splits a shape, what touches is joined, and no pixel changes", () => {
  const mask = new Mask(8, 8);
  lay(mask, [box(1, 1, 7, 7)], 1);
  const before = drawn(mask);
  const line = [
    { x: 0, y: 3 },
    { x: 8, y: 5 },
  ];
  assert.equal(split(mask, line), true);
  assert.deepEqual([mask.shapes.length, total(mask).toFixed(3)], [2, "36.000"]);
  assert.equal(unite(mask, 0), true);
  assert.deepEqual([mask.shapes.length, total(mask).toFixed(3)], [1, "36.000"]);
  assert.deepEqual(drawn(mask), before);
  assert.equal(unite(mask, 0), false);
});

test("neighbours that share a slanted border share no pixel and leave none out", () => {
  const mask = new Mask(64, 64);
  lay(mask, [box(0, 0, 64, 64)], 1);
  split(mask, [
    { x: 0, y: 3.7 },
    { x: 64, y: 59.3 },
  ]);
  const sum = mask.shapes.map(({ rings }) => {
    const alone = new Mask(64, 64);
    alone.inOneStep(() => alone.fillRings(rings, 1));
    return alone.counts().get(1);
  });
  assert.equal(sum[0] + sum[1], 64 * 64);
});

test("corners snap to corners, then to edges, then to the tile's border", () => {
  const shapes = [{ code: 1, rings: [box(2, 2, 6, 6)] }];
  const snap = (x, y) => snapped({ x, y }, shapes, { width: 10, height: 10 }, 0.5);
  assert.deepEqual(snap(2.3, 2.2), { x: 2, y: 2 });
  assert.deepEqual(snap(4.1, 2.4), { x: 4.1, y: 2 });
  assert.deepEqual(snap(9.7, 8), { x: 10, y: 8 });
  assert.deepEqual(snap(4, 4), { x: 4, y: 4 });
});

test("the newest shape under a point is the one that is meant", () => {
  const mask = new Mask(8, 8);
  lay(mask, [box(0, 0, 4, 8)], 1);
  lay(mask, [box(4, 0, 8, 8)], 2);
  assert.deepEqual(
    [shapeAt(mask, { x: 1, y: 1 }), shapeAt(mask, { x: 5, y: 1 }), shapeAt(mask, { x: 9, y: 1 })],
    [0, 1, -1],
  );
});

test("freehand lines lose the points that say nothing", () => {
  const line = Array.from({ length: 50 }, (_, i) => ({ x: i, y: i < 25 ? 0 : (i - 25) * 2 }));
  assert.equal(simplified(line, 0.5).length, 3);
});

test("paint is evened out by a vote, shapes by cutting their corners", () => {
  const mask = new Mask(8, 8);
  mask.fillPixels([27], 1);
  assert.equal(smoothPaint(mask), true);
  assert.equal(mask.empty, true);
  lay(mask, [box(1, 1, 7, 7)], 2);
  assert.equal(smoothPaint(mask), false);
  smoothShape(mask, 0);
  assert.equal(mask.shapes[0].rings[0].length, 8);
  assert.equal(rounder(box(0, 0, 4, 4))[0].x, 1);
});

test("sizes are told on the ground, and in pixels where there is none", () => {
  const ground = { step_m: [10, 20] };
  assert.equal(areaText([box(0, 0, 2, 2)], ground), "800 m²");
  assert.equal(areaText([box(0, 0, 20, 20)], ground), "8 ha");
  assert.equal(areaText([box(0, 0, 100, 100)], ground), "2 km²");
  assert.equal(areaText([box(0, 0, 2, 2)], null), "4 px²");
  const line = [
    { x: 0, y: 0 },
    { x: 3, y: 2 },
  ];
  assert.equal(lengthText(line, ground), "50 m");
  assert.equal(lengthText(line, null), "3.61 px");
});

test("shapes travel as pairs of numbers, and come back", () => {
  const shape = { code: 3, rings: [box(0, 0, 4.5, 4)] };
  assert.deepEqual(toSent(shape), {
    class: 3,
    polygon: [
      [
        [0, 0],
        [4.5, 0],
        [4.5, 4],
        [0, 4],
      ],
    ],
  });
  assert.deepEqual(fromSent(toSent(shape)), shape);
});

test("a shape that its mask contradicts is not taken up again", () => {
  const shape = { code: 3, rings: [box(0, 0, 2, 2)] };
  assert.equal(new Mask(4, 4, new Uint8Array(16).fill(3), [shape]).shapes.length, 1);
  assert.equal(new Mask(4, 4, new Uint8Array(16).fill(2), [shape]).shapes.length, 0);
});
