import assert from "node:assert/strict";
import { test } from "node:test";
import { Latest } from "../../webapp/static/webapp/js/lib/latest.js";

function asking() {
  const asked = [];
  let time = 0;
  let timer = null;
  const timers = {
    setTimeout: (run, wait) => {
      timer = { run, at: time + wait };
      return 1;
    },
    clearTimeout: () => {
      timer = null;
    },
  };
  const send = (address, { signal }) =>
    new Promise((resolve) => {
      asked.push({ address, signal, answer: (data) => resolve([data, null]), fail: (error) => resolve([null, error]) });
    });
  const latest = new Latest({ pause: 100, send, timers, now: () => time });
  const later = (ms) => {
    time += ms;
    if (timer && timer.at <= time) timer.run();
  };
  time = 1000;
  const told = [];
  latest.on("data", (data) => told.push(data));
  latest.on("error", (error) => told.push(error.message));
  return { latest, asked, later, told };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test("it works: a question is asked at once and its answer told", async () => {
  const { latest, asked, told } = asking();
  latest.ask("/a");
  asked[0].answer(1);
  await settled();
  assert.deepEqual(told, [1]);
});

test("questions are asked no faster than the pause, and only the last of them", () => {
  const { latest, asked, later } = asking();
  for (const address of ["/a", "/b", "/c"]) latest.ask(address);
  assert.deepEqual(
    asked.map(({ address }) => address),
    ["/a"],
  );
  later(100);
  assert.deepEqual(
    asked.map(({ address }) => address),
    ["/a", "/c"],
  );
});

test("the last answer wins, and the question before is cancelled", async () => {
  const { latest, asked, later, told } = asking();
  latest.ask("/a");
  later(100);
  latest.ask("/b");
  assert.equal(asked[0].signal.aborted, true);
  asked[1].answer("b");
  asked[0].answer("a");
  await settled();
  assert.deepEqual(told, ["b"]);
});

test("what is dropped is told to nobody", async () => {
  const { latest, asked, later, told } = asking();
  latest.ask("/a");
  latest.ask("/b");
  latest.drop();
  asked[0].answer("a");
  later(1000);
  await settled();
  assert.deepEqual([told, asked.length], [[], 1]);
});

test("an error is told as one", async () => {
  const { latest, asked, told } = asking();
  latest.ask("/a");
  asked[0].fail(new Error("no"));
  await settled();
  assert.deepEqual(told, ["no"]);
});
