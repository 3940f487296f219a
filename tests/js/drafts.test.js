import assert from "node:assert/strict";
import { test } from "node:test";
import { Drafts, fromRuns, toRuns } from "../../webapp/static/webapp/js/state/drafts.js";
import { FakeStorage } from "./storage.js";

test("it works: a draft comes back as it was", () => {
  const storage = new FakeStorage();
  const pixels = Uint8Array.from([0, 0, 3, 3, 3, 255]);
  new Drafts(storage, "7:bob").save(9, pixels);
  assert.deepEqual(new Drafts(storage, "7:bob").load(9, 6), pixels);
});

test("runs say each value once", () => {
  assert.equal(toRuns(Uint8Array.from([0, 0, 3, 3, 3, 1])), "0*2 3*3 1*1");
});

test("another person or project sees no draft", () => {
  const storage = new FakeStorage();
  new Drafts(storage, "7:bob").save(9, new Uint8Array(4));
  assert.equal(new Drafts(storage, "7:carol").load(9, 4), null);
});

test("a draft of another size or a broken one is no draft", () => {
  const storage = new FakeStorage();
  const drafts = new Drafts(storage, "7:bob");
  drafts.save(9, new Uint8Array(4));
  assert.equal(drafts.load(9, 5), null);
  assert.equal(fromRuns("1*2 what", 4), null);
  assert.equal(fromRuns("300*4", 4), null);
});

test("a dropped draft is gone", () => {
  const drafts = new Drafts(new FakeStorage(), "7:bob");
  drafts.save(9, new Uint8Array(4));
  drafts.drop(9);
  assert.equal(drafts.load(9, 4), null);
});

test("when the store is full the oldest draft gives way", () => {
  const drafts = new Drafts(new FakeStorage({ room: 2 }), "7:bob");
  for (const sample of [1, 2, 3]) assert.equal(drafts.save(sample, new Uint8Array(4), sample), true);
  assert.equal(drafts.load(1, 4), null);
  assert.deepEqual(drafts.load(3, 4), new Uint8Array(4));
});

test("a store without any room is told", () => {
  assert.equal(new Drafts(new FakeStorage({ room: 0 }), "7:bob").save(1, new Uint8Array(4)), false);
});
