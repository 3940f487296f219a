import assert from "node:assert/strict";
import { test } from "node:test";
import { Uploads } from "../../webapp/static/webapp/js/state/uploads.js";

const file = (name, size = 10) => ({ name, size });
const outcome = (status, message = "") => [{ files: [{ status, message }] }, null];

test("it works: files go one after another, each with its progress and outcome", async () => {
  const order = [];
  const uploads = new Uploads(async ([{ name }], onProgress) => {
    order.push(`${name} starts`);
    onProgress(0.5);
    await null;
    order.push(`${name} ends`);
    return outcome("accepted");
  }, 100);
  const shares = [];
  uploads.on("change", ({ name, share }) => name === "a.tif" && shares.push(share));
  await uploads.add([file("a.tif"), file("b.tif")]);
  assert.deepEqual(order, ["a.tif starts", "a.tif ends", "b.tif starts", "b.tif ends"]);
  assert.ok(shares.includes(0.5));
  assert.deepEqual(
    uploads.entries.map(({ state }) => state),
    ["accepted", "accepted"],
  );
});

test("a refused file says why and does not stop the next", async () => {
  const replies = [[null, { message: "not a raster" }], outcome("duplicate", "there already")];
  const uploads = new Uploads(async () => replies.shift(), 100);
  await uploads.add([file("a.txt"), file("b.tif")]);
  assert.deepEqual(
    uploads.entries.map(({ state, message }) => [state, message]),
    [
      ["refused", "not a raster"],
      ["duplicate", "there already"],
    ],
  );
});

test("a file over the limit is never sent", async () => {
  let sent = 0;
  const uploads = new Uploads(async () => {
    sent += 1;
    return outcome("accepted");
  }, 2 ** 20);
  await uploads.add([file("huge.tif", 2 ** 20 + 1)]);
  assert.equal(sent, 0);
  assert.deepEqual(uploads.entries[0].message, "Larger than 1 MB.");
});

test("files that come while others are sent wait for their turn", async () => {
  const uploads = new Uploads(async () => outcome("accepted"), 100);
  const first = uploads.add([file("a.tif")]);
  uploads.add([file("b.tif")]);
  await first;
  assert.deepEqual(
    uploads.entries.map(({ state }) => state),
    ["accepted", "accepted"],
  );
  assert.equal(uploads.busy, false);
});

test("files that belong together are sent together", async () => {
  const sent = [];
  const uploads = new Uploads(async (files) => {
    sent.push(files.map(({ name }) => name));
    return outcome("accepted");
  }, 100);
  const names = ["cube.bsq", "cube.hdr", "ortho.jpg", "L_SR_B2.TIF", "ortho.jgw", "L_SR_B3.TIF", "L_MTL.txt", "c.tif"];
  await uploads.add(names.map((name) => file(name)));
  assert.deepEqual(sent, [
    ["cube.bsq", "cube.hdr"],
    ["ortho.jpg", "ortho.jgw"],
    ["L_SR_B2.TIF", "L_SR_B3.TIF", "L_MTL.txt"],
    ["c.tif"],
  ]);
  assert.equal(uploads.entries[0].name, "cube.bsq and 1 more");
});

test("of several outcomes the refusal is shown first, with all messages", async () => {
  const files = [
    { name: "a", status: "accepted", message: "to take in" },
    { name: "b", status: "refused", message: "no" },
  ];
  const uploads = new Uploads(async () => [{ files }, null], 100);
  await uploads.add([file("a.hdr"), file("a.bsq")]);
  assert.deepEqual([uploads.entries[0].state, uploads.entries[0].message], ["refused", "a: to take in b: no"]);
});

test("an upload is paused, others go on, and it is resumed", async () => {
  const tries = [];
  const uploads = new Uploads(
    ([{ name }], _, signal) =>
      new Promise((resolve) => {
        tries.push(name);
        if (tries.length > 1) return resolve(outcome("accepted"));
        signal.addEventListener("abort", () => resolve([null, { code: "paused", message: "" }]));
      }),
    100,
  );
  const added = uploads.add([file("a.tif"), file("b.tif")]);
  await null;
  const [a, b] = uploads.entries;
  uploads.pause(a);
  await added;
  assert.deepEqual([a.state, b.state], ["paused", "accepted"]);
  await uploads.resumeInterrupted();
  assert.equal(a.state, "paused");
  await uploads.resume(a);
  assert.deepEqual([a.state, tries], ["accepted", ["a.tif", "b.tif", "a.tif"]]);
});

test("what a broken line interrupted goes on by itself when it is back", async () => {
  const replies = [[null, { code: "offline", message: "The connection broke." }], outcome("accepted")];
  const uploads = new Uploads(async () => replies.shift(), 100);
  await uploads.add([file("a.tif")]);
  const [entry] = uploads.entries;
  assert.deepEqual([entry.state, entry.message], ["paused", "The connection broke."]);
  await uploads.resumeInterrupted();
  assert.deepEqual([entry.state, entry.message], ["accepted", ""]);
});
