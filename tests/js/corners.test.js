import assert from "node:assert/strict";
import { test } from "node:test";
import { lay, split } from "../../webapp/static/webapp/js/state/drawing.js";
import { Mask } from "../../webapp/static/webapp/js/state/mask.js";
import { Painter } from "../../webapp/static/webapp/js/state/painter.js";
import { areaOf, rectangle } from "../../webapp/static/webapp/js/state/shapes.js";
import { TOOLS } from "../../webapp/static/webapp/js/tasks/masks/tools/index.js";

function easel() {
  const painter = new Painter(TOOLS);
  painter.load(new Mask(16, 16));
  painter.choose(1);
  painter.reach = 0.4;
  lay(painter.mask, [rectangle({ x: 2, y: 2 }, { x: 10, y: 10 })], 1);
  painter.pick("corners");
  return painter;
}

function pull(painter, from, to) {
  painter.press({ x: from[0], y: from[1] });
  painter.drag({ x: to[0], y: to[1] });
  painter.lift();
}

const areas = ({ mask }) => mask.shapes.map(({ rings }) => areaOf(rings));

test("it works: a corner is pulled, and the mask follows", () => {
  const painter = easel();
  pull(painter, [10, 10], [14, 10]);
  assert.deepEqual(areas(painter), [80]);
  assert.equal(painter.mask.counts().get(1), 80);
  painter.mask.undo();
  assert.deepEqual(areas(painter), [64]);
});

test("an edge that is pulled gets a corner, and Delete takes it away again", () => {
  const painter = easel();
  pull(painter, [10, 6], [14, 6]);
  assert.deepEqual(areas(painter), [80]);
  assert.equal(painter.wants("Delete"), true);
  painter.key({ key: "Delete" });
  assert.deepEqual(areas(painter), [64]);
});

test("a corner that two shapes share moves in both", () => {
  const painter = easel();
  split(painter.mask, [
    { x: 0, y: 6 },
    { x: 16, y: 6 },
  ]);
  pull(painter, [10, 6], [10, 8]);
  assert.deepEqual(areas(painter).sort(), [24, 40]);
  assert.equal(painter.mask.counts().get(1), 64);
});

test("Tab goes from corner to corner, arrows move it, and Delete without one takes the shape away", () => {
  const painter = easel();
  assert.equal(painter.wants("ArrowLeft"), false);
  painter.key({ key: "Tab" });
  painter.key({ key: "Tab" });
  painter.key({ key: "Tab", shiftKey: true });
  const { corner } = painter.active;
  painter.key({ key: "ArrowLeft" });
  assert.equal(painter.active.corner.x, corner.x - 1);
  painter.key({ key: "Escape" });
  painter.press({ x: 6, y: 6 });
  painter.lift();
  painter.key({ key: "Delete" });
  assert.deepEqual([painter.mask.shapes, painter.mask.empty], [[], true]);
});

test("an undo that takes the chosen shape away leaves no corner behind", () => {
  const painter = easel();
  painter.key({ key: "Tab" });
  painter.mask.undo();
  assert.equal(painter.wants("Delete"), false);
  assert.equal(painter.active.sketch, null);
});

test("a rectangle, a lasso and a hole are drawn by pulling and clicking", () => {
  const painter = easel();
  painter.pick("rectangle");
  pull(painter, [12, 12], [15, 15]);
  assert.deepEqual(areas(painter), [64, 9]);
  painter.pick("hole");
  for (const [x, y] of [
    [4, 4],
    [8, 4],
    [8, 8],
    [4, 8],
  ])
    painter.press({ x, y });
  painter.lift();
  painter.key({ key: "Enter" });
  assert.equal(painter.mask.counts().get(1), 57);
  painter.pick("lasso");
  painter.press({ x: 12, y: 1 });
  for (const [x, y] of [
    [15, 1],
    [15, 5],
    [12, 5],
  ])
    painter.drag({ x, y });
  painter.lift();
  assert.equal(painter.mask.shapes.length, 3);
  assert.equal(painter.mask.counts().get(1), 69);
});

test("a lasso that crosses itself in two parts alike is drawn, too", () => {
  const painter = easel();
  painter.pick("lasso");
  painter.choose(2);
  painter.press({ x: 1, y: 11 });
  for (const [x, y] of [
    [5, 15],
    [5, 11],
    [1, 15],
  ]) {
    painter.drag({ x, y });
  }
  painter.lift();
  assert.ok(painter.mask.counts().get(2) > 0);
});
