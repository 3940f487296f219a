import assert from "node:assert/strict";
import { test } from "node:test";
import { Marks } from "../../webapp/static/webapp/js/state/marks.js";
import { Mask } from "../../webapp/static/webapp/js/state/mask.js";

// A tile of 4 x 4 px in 2 x 2 cells: mark 1 is the upper left cell, 2 the upper right, 3 the two below.
function asked(mask = new Mask(4, 4)) {
  const cells = btoa(String.fromCharCode(1, 2, 3, 3));
  const points = [
    [0, 0],
    [0, 1],
    [1, 0],
  ];
  const marks = new Marks({ shape: [2, 2], cells, points, reasons: ["a", "b", "c"], seconds: 12 }, mask);
  return { mask, marks };
}

const rows = ({ pixels }) => [0, 4, 8, 12].map((start) => pixels.subarray(start, start + 4).join(""));

test("it works: an answer paints the piece and goes to the next mark", () => {
  const { mask, marks } = asked();
  assert.equal(marks.current, 1);
  assert.equal(marks.reason, "4 pixels alike; a"); // as many as the answer paints
  assert.ok(marks.answer(5));
  assert.deepEqual(rows(mask), ["5500", "5500", "0000", "0000"]);
  assert.equal(marks.current, 2);
  marks.answer(6);
  marks.answer(7);
  assert.deepEqual(rows(mask), ["5566", "5566", "7777", "7777"]);
  assert.equal(marks.current, null);
  assert.equal(marks.answer(5), false);
});

test("an answer that is undone is asked for again", () => {
  const { mask, marks } = asked();
  marks.answer(5);
  marks.answer(6);
  mask.undo();
  assert.equal(marks.current, 2);
  mask.undo();
  assert.equal(marks.current, 1);
  assert.ok(mask.empty);
});

test("marks are stepped over and come again", () => {
  const { marks } = asked();
  marks.step(1);
  assert.equal(marks.current, 2);
  marks.answer(5);
  assert.equal(marks.current, 3);
  marks.step(1);
  assert.equal(marks.current, 1);
  marks.step(-1);
  assert.equal(marks.current, 3);
});

test("what a brush painted is not asked for", () => {
  const mask = new Mask(4, 4);
  const { marks } = asked(mask);
  mask.fillRegion({ x: 0, y: 0 }, 4);
  assert.equal(marks.current, null);
  mask.undo();
  assert.equal(marks.current, 1);
});

test("a draft that was kept answers its marks", () => {
  const { marks } = asked(new Mask(4, 4, Uint8Array.from([5, 5, 0, 0, 5, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])));
  assert.equal(marks.current, 2);
});

test("no class is no answer", () => {
  const { mask, marks } = asked();
  assert.equal(marks.answer(0), false);
  assert.ok(mask.empty);
});

test("a point is the middle of its cell, within the tile", () => {
  const { marks } = asked();
  assert.deepEqual(marks.points[2], { x: 1, y: 3 });
});
