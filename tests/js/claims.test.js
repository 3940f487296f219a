import assert from "node:assert/strict";
import { test } from "node:test";
import { Claims } from "../../webapp/static/webapp/js/state/claims.js";
import { Queue } from "../../webapp/static/webapp/js/state/queue.js";

function claiming() {
  const waiting = [];
  const asked = [];
  const queue = new Queue();
  const send = (request) => {
    asked.push(request);
    return new Promise((resolve) => waiting.push(resolve));
  };
  const claims = new Claims({ queue, outbox: { size: 0 }, send });
  const answer = async (result) => {
    waiting.shift()(result);
    await new Promise((resolve) => setTimeout(resolve, 1));
  };
  return { claims, queue, asked, answer };
}
const held = (...samples) => ({ round: 1, open: 9, queue: samples.map((sample) => ({ sample, mine: null })) });

test("it works: the queue takes over what was claimed", async () => {
  const { claims, queue, answer } = claiming();
  claims.claim();
  await answer([held(3, 4), null]);
  assert.equal(queue.current.sample, 3);
  assert.equal(claims.answered, true);
});

test("claims made while one is under way become one more", async () => {
  const { claims, asked, answer } = claiming();
  claims.claim();
  claims.claim();
  claims.claim();
  assert.equal(asked.length, 1);
  await answer([held(3, 4), null]);
  assert.equal(asked.length, 2);
  assert.equal(asked[1].showing, 3);
  await answer([held(4), null]);
  assert.equal(asked.length, 2);
});

test("a failed claim is told and keeps what is held", async () => {
  const { claims, queue, answer } = claiming();
  claims.claim();
  await answer([held(3, 4), null]);
  claims.claim();
  await answer([null, { status: 0 }]);
  assert.deepEqual(claims.error, { status: 0 });
  assert.equal(queue.upcoming.length, 1);
});

test("the first sample on the screen is told at once, so that nobody else gets it", async () => {
  const { claims, asked, answer } = claiming();
  claims.claim();
  await answer([held(3, 4), null]);
  assert.deepEqual(
    asked.map(({ showing }) => showing),
    [null, 3],
  );
  await answer([held(4), null]);
  assert.equal(asked.length, 2);
});
