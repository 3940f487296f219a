import assert from "node:assert/strict";
import { test } from "node:test";
import { Poller } from "../../webapp/static/webapp/js/lib/poller.js";

function polling(answers) {
  const waits = [];
  let tick = null;
  const timers = {
    setTimeout: (run, wait) => {
      waits.push(wait);
      tick = run;
      return waits.length;
    },
    clearTimeout: () => {
      tick = null;
    },
  };
  const poller = new Poller(async () => answers.shift() ?? [{ n: 1 }, null], { timers });
  return { poller, waits, next: () => tick?.(), idle: () => tick === null };
}

test("it works: an answer that changed is told, quickly again", async () => {
  const { poller, waits, next } = polling([
    [{ n: 1 }, null],
    [{ n: 2 }, null],
  ]);
  const seen = [];
  poller.on("data", ({ n }) => seen.push(n));
  await poller.start();
  await next();
  assert.deepEqual(seen, [1, 2]);
  assert.deepEqual(waits, [2000, 2000]);
});

test("it slows down while nothing changes, up to a limit", async () => {
  const { poller, waits, next } = polling([]);
  await poller.start();
  for (let turn = 0; turn < 6; turn++) await next();
  assert.deepEqual(waits, [2000, 3000, 4500, 6750, 8000, 8000, 8000]);
});

test("errors slow it down, and the same data is told again afterwards", async () => {
  const lost = [null, { message: "gone" }];
  const { poller, waits, next } = polling([[{ n: 1 }, null], lost, lost, [{ n: 1 }, null]]);
  const told = [];
  poller.on("data", () => told.push("data")).on("error", () => told.push("error"));
  await poller.start();
  for (let turn = 0; turn < 3; turn++) await next();
  assert.deepEqual(told, ["data", "error", "error", "data"]);
  assert.deepEqual(waits, [2000, 4000, 8000, 2000]);
});

test("a stopped poller asks no more", async () => {
  const { poller, idle } = polling([]);
  await poller.start();
  poller.stop();
  assert.equal(idle(), true);
});

test("asking now makes it quick again", async () => {
  const { poller, waits, next } = polling([]);
  await poller.start();
  await next();
  await next();
  await poller.now();
  assert.equal(waits.at(-1), 3000);
});
