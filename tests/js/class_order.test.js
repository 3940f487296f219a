import assert from "node:assert/strict";
import { test } from "node:test";
import { dropped, groupMoved, moved } from "../../webapp/static/webapp/js/state/class_order.js";

const LIST = [
  { id: 1, group: "" },
  { id: 2, group: "Wet" },
  { id: 3, group: "Wet" },
  { id: 4, group: "Dry" },
];
const told = (list) => list?.map(({ id, group }) => `${id}${group}`) ?? null;

test("it works: a class goes up and down within its group", () => {
  assert.deepEqual(told(moved(LIST, 3, -1)), ["1", "3Wet", "2Wet", "4Dry"]);
  assert.deepEqual(told(moved(LIST, 2, 1)), ["1", "3Wet", "2Wet", "4Dry"]);
});

test("at the end of its group nothing moves", () => {
  for (const [id, by] of [
    [1, -1],
    [1, 1],
    [2, -1],
    [3, 1],
    [4, 1],
  ])
    assert.equal(moved(LIST, id, by), null);
});

test("a group moves as a whole, and never before the classes of none", () => {
  assert.deepEqual(told(groupMoved(LIST, "Dry", -1)), ["1", "4Dry", "2Wet", "3Wet"]);
  assert.equal(groupMoved(LIST, "Wet", -1), null);
  assert.equal(groupMoved(LIST, "Dry", 1), null);
});

test("what is dropped beside another joins its group", () => {
  assert.deepEqual(told(dropped(LIST, 4, 3, false)), ["1", "2Wet", "4Wet", "3Wet"]);
  assert.deepEqual(told(dropped(LIST, 2, 1, true)), ["1", "2", "3Wet", "4Dry"]);
  assert.deepEqual(told(dropped(LIST, 1, 4, true)), ["2Wet", "3Wet", "4Dry", "1Dry"]);
});

test("a drop where it stood already moves nothing", () => {
  assert.equal(dropped(LIST, 2, 3, false), null);
  assert.equal(dropped(LIST, 2, 2, true), null);
  assert.equal(dropped(LIST, 2, 9, true), null);
});
