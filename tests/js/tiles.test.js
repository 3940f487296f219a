import assert from "node:assert/strict";
import { test } from "node:test";
import { contains, TileStore, widened } from "../../webapp/static/webapp/js/state/tiles.js";

const answer = (features, more = false) => [{ features, more }, null];

test("it works: the view's tiles are fetched with a margin, and kept while the view stays inside", async () => {
  const asked = [];
  const store = new TileStore(async (query) => {
    asked.push(query.bbox);
    return answer(["tile"]);
  });
  await store.show([0, 0, 10, 10]);
  await store.show([2, 2, 8, 8]);
  assert.deepEqual(asked, ["-5.000000,-5.000000,15.000000,15.000000"]);
  assert.deepEqual(store.features, ["tile"]);
  await store.show([12, 0, 22, 10]);
  assert.equal(asked.length, 2);
});

test("a crowded answer is asked for again when the view narrows", async () => {
  let asked = 0;
  const store = new TileStore(async () => {
    asked += 1;
    return answer([], asked === 1);
  });
  await store.show([0, 0, 10, 10]);
  assert.equal(store.crowded, true);
  await store.show([4, 4, 5, 5]);
  assert.equal(asked, 2);
  assert.equal(store.crowded, false);
});

test("an answer to an older view is dropped", async () => {
  const waiting = [];
  const store = new TileStore(() => new Promise((resolve) => waiting.push(resolve)));
  const first = store.show([0, 0, 1, 1]);
  const second = store.show([50, 50, 51, 51]);
  waiting[1](answer(["new"]));
  waiting[0](answer(["old"]));
  await Promise.all([first, second]);
  assert.deepEqual(store.features, ["new"]);
});

test("a failure is told and keeps what was there", async () => {
  const replies = [answer(["tile"]), [null, { message: "gone" }]];
  const store = new TileStore(async () => replies.shift());
  const told = [];
  store.on("error", ({ message }) => told.push(message));
  await store.show([0, 0, 1, 1]);
  await store.refresh();
  assert.deepEqual([store.features, told], [["tile"], ["gone"]]);
});

test("boxes stay within the world", () => {
  assert.deepEqual(widened([-350, -80, 350, 80]), [-360, -90, 360, 90]);
  assert.equal(contains([0, 0, 2, 2], [1, 1, 3, 2]), false);
});
