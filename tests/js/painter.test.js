import assert from "node:assert/strict";
import { test } from "node:test";
import { Mask } from "../../webapp/static/webapp/js/state/mask.js";
import { Painter } from "../../webapp/static/webapp/js/state/painter.js";
import { TOOLS } from "../../webapp/static/webapp/js/tasks/masks/tools/index.js";

function easel(width = 6, height = 4) {
  const painter = new Painter(TOOLS);
  painter.load(new Mask(width, height));
  painter.choose(1);
  painter.resize(1);
  painter.reach = 0.25;
  const rows = () =>
    Array.from({ length: height }, (_, y) => painter.mask.pixels.subarray(y * width, (y + 1) * width).join(""));
  return { painter, rows };
}

test("it works: a drag paints one stroke", () => {
  const { painter, rows } = easel();
  painter.press({ x: 0.5, y: 1.9 });
  painter.drag({ x: 3.2, y: 1.1 });
  painter.lift();
  painter.drag({ x: 5.5, y: 3.5 });
  assert.deepEqual(rows(), ["000000", "111100", "000000", "000000"]);
  painter.mask.undo();
  assert.ok(painter.mask.empty);
});

test("without a class the brush paints nothing", () => {
  const painter = new Painter(TOOLS);
  painter.load(new Mask(4, 4));
  painter.press({ x: 1, y: 1 });
  assert.ok(painter.mask.empty);
});

test("choosing a class leaves the eraser", () => {
  const { painter, rows } = easel(3, 1);
  painter.mask.fillUnlabelled(2);
  painter.pick("eraser");
  painter.press({ x: 0.5, y: 0.5 });
  painter.lift();
  assert.deepEqual(rows(), ["022"]);
  painter.choose(3);
  assert.equal(painter.tool, "brush");
});

test("the keyboard alone paints: move, press, move, lift", () => {
  const { painter, rows } = easel();
  painter.nudge(-1, 0);
  painter.pressHere();
  painter.nudge(2, 0);
  painter.lift();
  assert.deepEqual(rows(), ["000000", "000000", "001110", "000000"]);
});

test("the keyboard's cursor stays on the tile", () => {
  const { painter } = easel();
  painter.nudge(-80, 80);
  assert.deepEqual(painter.cursor, { x: 0, y: 3 });
});

test("a polygon is filled when it is closed", () => {
  const { painter, rows } = easel();
  painter.pick("polygon");
  for (const [x, y] of [
    [1, 1],
    [5, 1],
    [5, 3],
    [1, 3],
  ])
    painter.press({ x, y });
  assert.ok(painter.mask.empty);
  assert.equal(painter.key({ key: "Enter" }), true);
  assert.deepEqual(rows(), ["000000", "011110", "011110", "000000"]);
});

test("two corners are no polygon, and a corner can be taken back", () => {
  const { painter } = easel();
  painter.pick("polygon");
  painter.press({ x: 1, y: 1 });
  painter.press({ x: 2, y: 2 });
  assert.equal(painter.back(), true);
  assert.equal(painter.active.corners.length, 1);
  assert.equal(painter.key({ key: "Enter" }), true);
  assert.ok(painter.mask.empty);
  assert.equal(painter.back(), false);
});

test("another tool gives the unfinished polygon up", () => {
  const { painter } = easel();
  painter.pick("polygon");
  painter.press({ x: 1, y: 1 });
  painter.pick("brush");
  assert.equal(painter.tools.get("polygon").sketch, null);
});

test("a fill outside the tile does nothing", () => {
  const { painter } = easel();
  painter.pick("fill");
  painter.press({ x: -3, y: 1 });
  assert.ok(painter.mask.empty);
  painter.press({ x: 3, y: 1 });
  assert.equal(painter.mask.counts().get(1), 24);
});

test("brush sizes have an end", () => {
  const { painter } = easel();
  painter.grow(-1);
  assert.equal(painter.diameter, 1);
  for (let i = 0; i < 20; i += 1) painter.grow(1);
  assert.equal(painter.diameter, 64);
});

test("an unknown tool is refused with the list of tools", () => {
  assert.throws(() => new Painter(TOOLS).pick("spray"), /brush, eraser, .*fill/);
});

test("another tile ends the stroke on the one before", () => {
  const { painter } = easel();
  const before = painter.mask;
  painter.press({ x: 1, y: 1 });
  painter.load(new Mask(2, 2));
  assert.equal(before.canUndo, true);
  assert.equal(painter.down, false);
});

test("every tool has a name, a button, a title and a key of its own", () => {
  const tools = [...new Painter(TOOLS).tools.values()];
  assert.equal(tools.length, TOOLS.length);
  for (const { name, label, title, combo } of tools) assert.ok(name && label && title && combo, name);
  assert.equal(new Set(tools.map(({ combo }) => combo)).size, tools.length);
});

test("keys that a tool has no use for stay the page's", () => {
  const { painter } = easel();
  assert.equal(painter.key({ key: "Enter" }), false);
  painter.pick("polygon");
  assert.equal(painter.wants("Enter"), false);
  painter.press({ x: 1, y: 1 });
  assert.equal(painter.wants("Enter"), true);
});
