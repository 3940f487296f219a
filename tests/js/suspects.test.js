import assert from "node:assert/strict";
import { test } from "node:test";
import { Suspects } from "../../webapp/static/webapp/js/state/suspects.js";

const items = () => [7, 8, 9].map((annotation) => ({ annotation }));

function filled() {
  const suspects = new Suspects();
  suspects.fill(items());
  return suspects;
}

test("it works", () => {
  const suspects = filled();
  assert.equal(suspects.current.annotation, 7);
  suspects.move(1);
  assert.equal(suspects.current.annotation, 8);
  suspects.move(5);
  assert.equal(suspects.current.annotation, 8);
});

test("a decided one makes room for the next, and stays off when an older answer comes", () => {
  const suspects = filled();
  suspects.take(suspects.current);
  assert.equal(suspects.current.annotation, 8);
  suspects.fill(items());
  assert.deepEqual(
    suspects.items.map(({ annotation }) => annotation),
    [8, 9],
  );
});

test("a refused decision puts it back where it was", () => {
  const suspects = filled();
  suspects.move(1);
  const putBack = suspects.take(suspects.current);
  assert.equal(suspects.current.annotation, 9);
  putBack();
  assert.equal(suspects.current.annotation, 8);
  assert.equal(suspects.items.length, 3);
});

test("the one on show stays on show when the list changes", () => {
  const suspects = filled();
  suspects.move(2);
  suspects.fill([{ annotation: 5 }, ...items()]);
  assert.equal(suspects.current.annotation, 9);
});

test("after the last one there is none", () => {
  const suspects = filled();
  while (suspects.current) suspects.take(suspects.current);
  assert.equal(suspects.current, null);
});

test("decisions are taken back latest first, and come up again", async () => {
  const suspects = filled();
  const gone = [];
  await suspects.decide(suspects.current, async () => ({ id: 41 }));
  await suspects.decide(suspects.current, async () => ({ id: 42 }));
  assert.equal(suspects.current.annotation, 9);
  const back = async ({ id }) => gone.push(id) > 0;
  assert.equal((await suspects.undo(back)).annotation, 8);
  assert.equal(suspects.current.annotation, 8);
  assert.equal((await suspects.undo(back)).annotation, 7);
  assert.deepEqual(gone, [42, 41]);
  assert.deepEqual(
    suspects.items.map(({ annotation }) => annotation),
    [7, 8, 9],
  );
  assert.equal(await suspects.undo(back), null);
});

test("a decision taken back before it was saved waits for that", async () => {
  const suspects = filled();
  let save;
  const deciding = suspects.decide(suspects.current, () => new Promise((resolve) => (save = resolve)));
  const undoing = suspects.undo(async () => true);
  save({ id: 5 });
  assert.equal((await undoing).annotation, 7);
  await deciding;
  assert.equal(suspects.done.length, 0);
});

test("a refused decision cannot be taken back, and a refused taking back leaves the list as it is", async () => {
  const suspects = filled();
  const { stored, putBack } = await suspects.decide(suspects.current, async () => null);
  assert.equal(stored, null);
  putBack();
  assert.equal(suspects.done.length, 0);
  await suspects.decide(suspects.current, async () => ({ id: 5 }));
  assert.equal(await suspects.undo(async () => false), null);
  assert.equal(suspects.items.length, 2);
});
