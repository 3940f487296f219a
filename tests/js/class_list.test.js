import assert from "node:assert/strict";
import { test } from "node:test";
import { byNeed, changes, fateWords, isStop, summary } from "../../webapp/static/webapp/js/state/class_list.js";

const make = (line, fate, why = "") => ({ line, fate, why });

test("it works: a list says in one sentence what would become of it", () => {
  const lines = [make(1, "added"), make(2, "added"), make(3, "there", "Nothing changes."), make(4, "left_out")];
  assert.equal(summary(lines), "2 classes are added, 1 there already, 1 line left out.");
  assert.equal(summary([make(1, "added")]), "1 class is added.");
});

test("what is in the way is named by its lines and stands first", () => {
  const lines = [make(1, "added"), make(2, "fault", "It has no name."), make(7, "clash")];
  assert.equal(summary(lines), "Nothing is added until lines 2, 7 can be taken.");
  assert.deepEqual(
    byNeed(lines).map(({ line }) => line),
    [2, 7, 1],
  );
  assert.ok(!isStop(lines[0]) && isStop(lines[1]) && isStop(lines[2]));
  const many = Array.from({ length: 20 }, (_, at) => make(at + 1, "fault"));
  assert.equal(summary(many), "Nothing is added until lines 1, 2, 3, 4, 5, 6, 7, 8, … can be taken.");
});

test("each line has a sign and words, not only a colour", () => {
  assert.equal(fateWords(make(1, "added")), "+ is added");
  assert.equal(fateWords(make(1, "fault", "It has no name.")), "! cannot be taken. It has no name.");
});

test("what is there already changes something only where something is taken over", () => {
  const lines = [make(1, "there", "Nothing changes."), make(2, "there", "It gets its group."), make(3, "added")];
  assert.deepEqual(
    changes(lines).map(({ line }) => line),
    [2, 3],
  );
});
