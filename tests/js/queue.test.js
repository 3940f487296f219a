import assert from "node:assert/strict";
import { test } from "node:test";
import { Queue } from "../../webapp/static/webapp/js/state/queue.js";

const claim = (...samples) => ({ round: 1, open: 99, queue: samples.map((sample) => ({ sample, mine: null })) });
const ids = (items) => items.map(({ sample }) => sample);

function begun(...samples) {
  const queue = new Queue();
  queue.merge(claim(...samples));
  return queue;
}

function label(queue) {
  queue.answer({ label: 1 });
  return queue.next();
}

test("it works: the first of the server's order is shown, the others are ready", () => {
  const queue = begun(4, 2, 7);
  assert.equal(queue.current.sample, 4);
  assert.deepEqual(ids(queue.upcoming), [2, 7]);
  assert.deepEqual(queue.request(), { count: 5, showing: 4, holding: [2, 7] });
});

test("a label goes on to the next sample", () => {
  const queue = begun(4, 2, 7);
  assert.equal(label(queue), true);
  assert.equal(queue.current.sample, 2);
});

test("a newer order replaces what was not yet shown", () => {
  const queue = begun(4, 2, 7);
  queue.merge(claim(9, 8));
  assert.equal(queue.current.sample, 4);
  assert.deepEqual(ids(queue.upcoming), [9, 8]);
});

test("an answer that is still on its way is not served again", () => {
  const queue = begun(4, 2, 7);
  label(queue);
  queue.merge(claim(4, 2, 7, 8));
  assert.deepEqual(ids(queue.upcoming), [7, 8]);
  assert.equal(queue.request(1).count, 6);
});

test("going back shows the earlier sample with its answer, and forward returns", () => {
  const queue = begun(4, 2, 7);
  label(queue);
  label(queue);
  assert.equal(queue.back(), true);
  assert.equal(queue.back(), true);
  assert.deepEqual(queue.current, { sample: 4, mine: { label: 1 } });
  assert.equal(queue.back(), false);
  queue.next();
  queue.next();
  assert.equal(queue.current.sample, 7);
});

test("a sample passed over comes back after the others", () => {
  const queue = begun(4, 2, 7);
  queue.next();
  queue.merge(claim(4, 7, 8));
  assert.deepEqual(ids(queue.upcoming), [7, 8, 4]);
  label(queue);
  label(queue);
  label(queue);
  assert.equal(queue.current.sample, 4);
});

test("nothing left: nothing is shown, and one can still go back", () => {
  const queue = begun(4);
  assert.equal(label(queue), false);
  assert.equal(queue.current, null);
  assert.equal(queue.request().showing, null);
  queue.back();
  assert.equal(queue.current.sample, 4);
});

test("the only sample without an answer stays on the screen", () => {
  const queue = begun(4);
  assert.equal(queue.next(), false);
  assert.equal(queue.current.sample, 4);
});

test("new samples show at once when there was nothing left", () => {
  const queue = begun(4);
  label(queue);
  queue.merge(claim(5));
  assert.equal(queue.current.sample, 5);
});

test("a sample picked on the map is shown now", () => {
  const queue = begun(4, 2, 7);
  queue.show({ sample: 7, mine: null });
  assert.equal(queue.current.sample, 7);
  assert.deepEqual(ids(queue.upcoming), [2]);
  queue.back();
  assert.equal(queue.current.sample, 4);
});

test("it tells of moves, and of changes ahead", () => {
  const queue = new Queue();
  const told = [];
  queue.on("move", () => told.push("move")).on("change", () => told.push("change"));
  queue.merge(claim(4, 2));
  queue.merge(claim(3));
  assert.deepEqual(told, ["move", "change", "change"]);
});

test("who is slow holds fewer ahead, and never more than the setting", () => {
  const queue = begun(4, 2, 7);
  queue.merge({ ...claim(2, 7), pace: { seconds: 12, batch: 10, ahead: 3 } });
  assert.equal(queue.request().count, 3);
  assert.equal(queue.pace.seconds, 12);
  queue.merge({ ...claim(2, 7), pace: { seconds: 1, batch: 10, ahead: 9 } });
  assert.equal(queue.request().count, 5);
  queue.merge({ ...claim(2, 7), pace: null });
  assert.equal(queue.request().count, 5);
});

test("the server says when its workers cannot be reached, and when they can again", () => {
  const queue = begun(4);
  assert.equal(queue.pauses, false);
  queue.merge({ ...claim(2), pauses: true });
  assert.equal(queue.pauses, true);
  queue.merge(claim(7));
  assert.equal(queue.pauses, false);
});

test("a claim tells which of a person's own were answered, until they are saved", () => {
  const queue = new Queue();
  const items = [4, 2, 7].map((sample) => ({ sample, mine: null, assignment: sample === 7 ? null : 5 }));
  const batches = [{ id: 5, note: "Shore", left: 2, due: null }];
  queue.merge({ round: 1, open: 9, queue: items, batches });
  assert.equal(queue.left, 2);
  assert.equal(queue.batchOf(queue.current).note, "Shore");
  label(queue);
  assert.equal("unsaved" in queue.request(), false);
  queue.answer({ annotation: null });
  queue.next();
  assert.deepEqual(queue.request().unsaved, [2]);
  queue.merge({ round: 1, open: 9, queue: items.slice(2), batches: [] });
  assert.equal(queue.left, 0);
  assert.equal(queue.batchOf(queue.current), undefined);
});
