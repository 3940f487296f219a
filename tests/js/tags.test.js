import assert from "node:assert/strict";
import { test } from "node:test";
import { TagSet, tagWords } from "../../webapp/static/webapp/js/state/tag_set.js";

const CODES = [1, 2, 4];

test("it works: tags are switched on and off and sent in the project's order", () => {
  const set = new TagSet(CODES);
  set.toggle(4);
  set.toggle(1);
  set.toggle(2);
  set.toggle(2);
  assert.deepEqual(set.value(), { tags: [1, 4], unsure: [] });
});

test("nothing said is no answer, and none of these is one", () => {
  const set = new TagSet(CODES);
  assert.equal(set.value(), null);
  set.toggle(1);
  set.toggle(1);
  assert.equal(set.value(), null);
  set.sayNone();
  assert.deepEqual(set.value(), { tags: [], unsure: [] });
  assert.equal(set.none, true);
  set.toggle(1);
  assert.equal(set.none, false);
});

test("a single tag can be left open, and choosing it settles that", () => {
  const set = new TagSet(CODES);
  set.toggle(1);
  set.doubt(2);
  set.doubt(1);
  assert.deepEqual(set.value(), { tags: [], unsure: [1, 2] });
  set.toggle(2);
  assert.deepEqual(set.value(), { tags: [2], unsure: [1] });
  set.doubt(1);
  assert.deepEqual(set.value(), { tags: [2], unsure: [] });
});

test("what the model would say is shown as a ghost and accepted as it stands, also where it is none", () => {
  const set = new TagSet(CODES, { suggested: { tags: [1, 9] }, chances: { 1: 0.93 } });
  assert.deepEqual(set.stateOf(1), { state: "on", ghost: true });
  assert.deepEqual(set.value(), { tags: [1], unsure: [] });
  set.toggle(2);
  assert.deepEqual(set.stateOf(1), { state: "on", ghost: false });
  assert.deepEqual(set.value(), { tags: [1, 2], unsure: [] });
  assert.deepEqual(new TagSet(CODES, { suggested: { tags: [] } }).value(), { tags: [], unsure: [] });
});

test("switching all ghosts off is not yet none of these", () => {
  const set = new TagSet(CODES, { suggested: { tags: [1] } });
  set.toggle(1);
  assert.equal(set.value(), null);
});

test("one's own answer is shown, not the model's", () => {
  const set = new TagSet(CODES, { said: { tags: [], unsure: [] }, suggested: { tags: [1] } });
  assert.deepEqual([set.none, set.value()], [true, { tags: [], unsure: [] }]);
});

test("tags are told in words", () => {
  const nameOf = (code) => ({ 1: "Water", 2: "Forest" })[code];
  assert.equal(tagWords({ tags: [1], unsure: [2] }, nameOf), "Water, Forest?");
  assert.equal(tagWords({ tags: [] }, nameOf), "none of these");
});
