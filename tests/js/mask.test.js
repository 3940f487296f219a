import assert from "node:assert/strict";
import { test } from "node:test";
import { Mask } from "../../webapp/static/webapp/js/state/mask.js";

// Rows of digits: what the mask looks like.
const drawn = (mask) =>
  Array.from({ length: mask.height }, (_, y) => mask.pixels.subarray(y * mask.width, (y + 1) * mask.width).join(""));

function stroke(mask, from, to, diameter, code) {
  mask.begin();
  mask.paint(from, to, diameter, code);
  return mask.end();
}

test("it works: a brush of one pixel paints a line", () => {
  const mask = new Mask(4, 3);
  assert.equal(stroke(mask, { x: 0, y: 0 }, { x: 2, y: 2 }, 1, 5), true);
  assert.deepEqual(drawn(mask), ["5000", "0500", "0050"]);
  assert.deepEqual(
    [...mask.counts()],
    [
      [0, 9],
      [5, 3],
    ],
  );
});

test("a wide brush is round and stays on the tile", () => {
  const mask = new Mask(5, 5);
  stroke(mask, { x: 0, y: 2 }, { x: 0, y: 2 }, 4, 1);
  assert.deepEqual(drawn(mask), ["00000", "11000", "11000", "11000", "00000"]);
});

test("a fast stroke leaves no gaps", () => {
  const mask = new Mask(64, 1);
  stroke(mask, { x: 0, y: 0 }, { x: 63, y: 0 }, 1, 1);
  assert.equal(mask.counts().get(1), 64);
});

test("the eraser makes pixels unlabelled again", () => {
  const mask = new Mask(3, 1, [1, 1, 1]);
  stroke(mask, { x: 1, y: 0 }, { x: 1, y: 0 }, 1, 0);
  assert.deepEqual(drawn(mask), ["101"]);
  assert.equal(mask.empty, false);
});

test("a polygon takes the pixels whose centres are inside", () => {
  const mask = new Mask(5, 4);
  mask.fillPolygon(
    [
      { x: 1, y: 1 },
      { x: 4, y: 1 },
      { x: 4, y: 3 },
      { x: 1, y: 3 },
    ],
    2,
  );
  assert.deepEqual(drawn(mask), ["00000", "02220", "02220", "00000"]);
});

test("a polygon reaching beyond the tile is cut off", () => {
  const mask = new Mask(3, 3);
  mask.fillPolygon(
    [
      { x: -9, y: -9 },
      { x: 99, y: -9 },
      { x: 99, y: 99 },
      { x: -9, y: 99 },
    ],
    3,
  );
  assert.equal(mask.counts().get(3), 9);
});

test("two polygons with a common edge neither overlap nor leave a gap", () => {
  const corners = [
    { x: 0, y: 0 },
    { x: 8, y: 0 },
    { x: 8, y: 8 },
    { x: 0, y: 8 },
  ];
  const lower = new Mask(8, 8);
  const upper = new Mask(8, 8);
  lower.fillPolygon([corners[0], corners[2], corners[3]], 1);
  upper.fillPolygon([corners[0], corners[1], corners[2]], 1);
  assert.ok(lower.pixels.every((code, i) => code + upper.pixels[i] === 1));
});

test("a region fill stops at other classes and does not wrap around the edge", () => {
  // prettier-ignore
  const mask = new Mask(4, 3, [0, 1, 0, 0, 0, 1, 0, 1, 0, 1, 1, 0]);
  mask.fillRegion({ x: 0, y: 1 }, 7);
  assert.deepEqual(drawn(mask), ["7100", "7101", "7110"]);
});

test("filling what is unlabelled leaves labels as they are", () => {
  const mask = new Mask(3, 1, [0, 4, 0]);
  mask.fillUnlabelled(2);
  assert.deepEqual(drawn(mask), ["242"]);
});

test("a suggestion is taken only where nothing was painted", () => {
  const mask = new Mask(3, 1, [0, 4, 0]);
  mask.take(Uint8Array.from([1, 1, 0]));
  assert.deepEqual(drawn(mask), ["140"]);
});

test("undo and redo walk through strokes", () => {
  const mask = new Mask(2, 1);
  stroke(mask, { x: 0, y: 0 }, { x: 0, y: 0 }, 1, 1);
  stroke(mask, { x: 0, y: 0 }, { x: 1, y: 0 }, 1, 2);
  assert.equal(mask.undo(), true);
  assert.deepEqual(drawn(mask), ["10"]);
  assert.equal(mask.undo(), true);
  assert.deepEqual(drawn(mask), ["00"]);
  assert.equal(mask.undo(), false);
  mask.redo();
  mask.redo();
  assert.deepEqual(drawn(mask), ["22"]);
  assert.equal(mask.redo(), false);
});

test("a new stroke forgets what was taken back", () => {
  const mask = new Mask(2, 1);
  stroke(mask, { x: 0, y: 0 }, { x: 0, y: 0 }, 1, 1);
  mask.undo();
  stroke(mask, { x: 1, y: 0 }, { x: 1, y: 0 }, 1, 2);
  assert.equal(mask.canRedo, false);
});

test("a stroke that changes nothing is no step", () => {
  const mask = new Mask(2, 1, [1, 1]);
  assert.equal(stroke(mask, { x: 0, y: 0 }, { x: 1, y: 0 }, 1, 1), false);
  assert.equal(mask.canUndo, false);
});

test("it tells of every change, and of every finished step", () => {
  const mask = new Mask(2, 1);
  const told = [];
  mask.on("change", () => told.push("change")).on("step", () => told.push("step"));
  stroke(mask, { x: 0, y: 0 }, { x: 1, y: 0 }, 1, 1);
  assert.deepEqual(told, ["change", "step"]);
});
