import assert from "node:assert/strict";
import { test } from "node:test";
import { Outbox } from "../../webapp/static/webapp/js/state/outbox.js";
import { FakeStorage } from "./storage.js";

// A server that answers what it is told to, in order, and the clock of the retries.
class Server {
  sent = [];
  answers = [];
  timers = [];

  send = async (answer) => {
    this.sent.push(answer);
    const status = this.answers.shift() ?? 201;
    return status === 201
      ? [{ id: 100 + this.sent.length }, null]
      : [null, { status, body: status === 409 ? { theirs: {} } : null }];
  };

  outbox(storage = new FakeStorage(), key = "box:1") {
    return new Outbox({ send: this.send, storage, key, later: (run) => this.timers.push(run) });
  }
}

const answer = (sample, label, more = {}) => ({ sample, label, seconds: 1, base: null, ...more });
const settled = () => new Promise((resolve) => setTimeout(resolve, 5));

test("it works: answers are sent in order", async () => {
  const server = new Server();
  const outbox = server.outbox();
  outbox.add(answer(1, 4));
  outbox.add(answer(2, 5));
  assert.equal(outbox.size, 2);
  await settled();
  assert.deepEqual(
    server.sent.map(({ sample, label }) => [sample, label]),
    [
      [1, 4],
      [2, 5],
    ],
  );
  assert.equal(outbox.size, 0);
  assert.equal(outbox.state, "clear");
});

test("without a connection answers wait, and go out in order when it is back", async () => {
  const server = new Server();
  server.answers = [0, 0];
  const outbox = server.outbox();
  for (const sample of [1, 2, 3]) outbox.add(answer(sample, 4));
  await settled();
  assert.equal(outbox.state, "offline");
  assert.equal(outbox.size, 3);
  server.timers.shift()();
  await settled();
  outbox.wake();
  await settled();
  assert.deepEqual(
    server.sent.map(({ sample }) => sample),
    [1, 1, 1, 2, 3],
  );
  assert.equal(outbox.size, 0);
});

test("a reload loses nothing", async () => {
  const server = new Server();
  server.answers = [503];
  const storage = new FakeStorage();
  server.outbox(storage).add(answer(1, 4));
  await settled();
  const later = server.outbox(storage);
  assert.equal(later.size, 1);
  later.wake();
  await settled();
  assert.equal(storage.getItem("box:1"), null);
});

test("what a closed tab left is adopted", async () => {
  const server = new Server();
  const storage = new FakeStorage();
  storage.setItem("box:0", JSON.stringify([answer(8, 2)]));
  const outbox = server.outbox(storage);
  outbox.adopt("box:0");
  await settled();
  assert.deepEqual(
    server.sent.map(({ sample }) => sample),
    [8],
  );
  assert.equal(storage.getItem("box:0"), null);
});

test("a second answer replaces an unsent first one and keeps its time", async () => {
  const server = new Server();
  const outbox = server.outbox();
  outbox.add(answer(1, 4));
  outbox.add(answer(2, 4));
  outbox.add(answer(2, 5));
  await settled();
  assert.deepEqual(
    server.sent.map(({ label, seconds }) => [label, seconds]),
    [
      [4, 1],
      [5, 2],
    ],
  );
});

test("a later answer is based on the annotation that the server told of", async () => {
  const server = new Server();
  const outbox = server.outbox();
  outbox.add(answer(1, 4));
  outbox.add(answer(1, 5));
  await settled();
  assert.deepEqual(
    server.sent.map(({ base }) => base),
    [null, 101],
  );
});

test("a conflict asks the person and does not hold up the others", async () => {
  const server = new Server();
  server.answers = [409];
  const outbox = server.outbox();
  const conflicts = [];
  outbox.on("conflict", (conflict) => conflicts.push(conflict));
  outbox.add(answer(1, 4));
  outbox.add(answer(2, 5));
  await settled();
  assert.equal(conflicts.length, 1);
  assert.equal(outbox.size, 1);
  assert.equal(outbox.state, "parked");
  outbox.insist(conflicts[0].entry);
  await settled();
  assert.equal(server.sent.at(-1).force, true);
  assert.equal(outbox.size, 0);
});

test("their version may be kept instead", async () => {
  const server = new Server();
  server.answers = [409];
  const outbox = server.outbox();
  outbox.on("conflict", ({ entry }) => outbox.drop(entry));
  outbox.add(answer(1, 4));
  await settled();
  assert.equal(server.sent.length, 1);
  assert.equal(outbox.size, 0);
});

test("a refused answer is kept until the person decides", async () => {
  const server = new Server();
  server.answers = [400];
  const outbox = server.outbox();
  const refused = [];
  outbox.on("refused", ({ entry }) => refused.push(entry.sample));
  outbox.add(answer(1, 4));
  await settled();
  assert.deepEqual(refused, [1]);
  assert.equal(outbox.parked.length, 1);
});

test("an expired login keeps everything and says so", async () => {
  const server = new Server();
  server.answers = [403];
  const outbox = server.outbox();
  outbox.add(answer(1, 4));
  await settled();
  assert.equal(outbox.state, "logged-out");
  assert.equal(outbox.size, 1);
});

test("a full store is told, and memory still sends", async () => {
  const server = new Server();
  const outbox = server.outbox(new FakeStorage({ room: 0 }));
  let told = false;
  outbox.on("unstored", () => {
    told = true;
  });
  outbox.add(answer(1, 4));
  await settled();
  assert.equal(told, true);
  assert.equal(server.sent.length, 1);
});
