import assert from "node:assert/strict";
import { test } from "node:test";
import { overlap, placeCard } from "../../webapp/static/webapp/js/state/placement.js";

const room = { width: 1366, height: 768 };
const size = { width: 330, height: 180 };
const panel = { left: 1054, top: 44, width: 312, height: 690 };
const target = { left: 1066, top: 100, width: 288, height: 200 };
const controls = Array.from({ length: 9 }, (_, row) => ({ left: 1066, top: 100 + 60 * row, width: 288, height: 40 }));

test("it works", () => {
  const { left, top } = placeCard(size, target, { room, controls, shy: [panel] });
  assert.ok(left + size.width <= panel.left, "beside the panel, not on it");
  assert.ok(Math.abs(top + size.height / 2 - 200) < 20, "at the height of what it tells of");
});

test("no control is covered as long as there is room anywhere", () => {
  const bars = [
    { left: 0, top: 0, width: 1366, height: 500 },
    { left: 0, top: 700, width: 1366, height: 68 },
  ];
  const narrow = { width: 330, height: 170 };
  const card = { ...narrow, ...placeCard(narrow, target, { room, controls: bars }) };
  for (const bar of bars) assert.equal(overlap(card, bar), 0);
});

test("what one looks at is left free where that costs little way", () => {
  const tile = { left: 100, top: 100, width: 500, height: 500 };
  const card = { ...size, ...placeCard(size, { ...target, left: 560, width: 100 }, { room, controls, shy: [tile] }) };
  assert.equal(overlap(card, tile), 0);
});

test("in a window that is too small it begins at the edge", () => {
  assert.deepEqual(placeCard(size, target, { room: { width: 200, height: 100 }, controls: [] }), { left: 8, top: 8 });
});
