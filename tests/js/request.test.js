import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { errorFrom, failures, get, post } from "../../webapp/static/webapp/js/lib/request.js";

globalThis.document = { querySelector: () => ({ content: "token-of-the-page" }) };
const real = globalThis.fetch;
afterEach(() => {
  globalThis.fetch = real;
});

function answering(status, text) {
  const asked = [];
  globalThis.fetch = async (address, options) => {
    asked.push({ address, ...options });
    return { ok: status < 400, status, text: async () => text };
  };
  return asked;
}

test("it works: data on success, with the CSRF token sent", async () => {
  const asked = answering(201, '{"id": 4}');
  const [data, error] = await post("/api/projects/", { name: "Lakes" });
  assert.deepEqual([data, error], [{ id: 4 }, null]);
  assert.equal(asked[0].headers["X-CSRFToken"], "token-of-the-page");
  assert.equal(asked[0].body, '{"name":"Lakes"}');
});

test("reading sends no token", async () => {
  const asked = answering(200, "{}");
  await get("/api/projects/");
  assert.equal(asked[0].headers["X-CSRFToken"], undefined);
});

test("an error keeps code, fields and the whole answer", async () => {
  answering(409, '{"error": {"code": "already_answered", "message": "Bob was faster."}, "theirs": {"id": 2}}');
  const [, error] = await post("/x", {}, { quiet: true });
  assert.equal(error.code, "already_answered");
  assert.equal(error.message, "Bob was faster.");
  assert.deepEqual(error.body.theirs, { id: 2 });
  assert.equal(error.passing, false);
});

test("an answer that isn't JSON still is a sentence", () => {
  const error = errorFrom(502, null);
  assert.match(error.message, /502/);
  assert.equal(error.passing, true);
});

test("a lost connection may pass, and everybody is told unless it is quiet", async () => {
  globalThis.fetch = async () => {
    throw new TypeError("Failed to fetch");
  };
  const told = [];
  failures.on("error", (error) => told.push(error.code));
  const [, error] = await get("/x");
  await get("/x", { quiet: true });
  assert.equal(error.passing, true);
  assert.deepEqual(told, ["offline"]);
});

test("an answer without a body is null", async () => {
  answering(204, "");
  assert.deepEqual(await get("/x"), [null, null]);
});
