import assert from "node:assert/strict";
import { test } from "node:test";
import { ago, amount, bytes, count, duration, percent } from "../../webapp/static/webapp/js/lib/format.js";

test("it works: counts agree with their noun", () => {
  assert.equal(count(1, "tile"), "1 tile");
  assert.equal(count(1234, "tile"), "1,234 tiles");
  assert.equal(count(2, "class", "classes"), "2 classes");
});

test("parts of one are told shortly", () => {
  assert.equal(amount(3, "audit"), "3 audits");
  assert.equal(amount(1, "audit"), "1 audit");
  assert.equal(amount(0.42), "0.4");
  assert.equal(amount(0.01, "tile"), "<0.1 tiles");
  assert.equal(amount(0), "0");
});

test("shares and sizes are short", () => {
  assert.equal(percent(0.834), "83%");
  assert.equal(percent(null), "–");
  assert.equal(bytes(999), "999 B");
  assert.equal(bytes(7600), "7.6 kB");
  assert.equal(bytes(12_300_000), "12 MB");
});

test("moments are told by how long ago they were", () => {
  const now = Date.parse("2026-01-02T12:00:00Z");
  assert.equal(ago("2026-01-02T11:57:00Z", now), "3 minutes ago");
  assert.equal(ago("2026-01-01T12:00:00Z", now), "yesterday");
  assert.equal(ago("2026-01-02T12:00:00Z", now), "now");
  assert.equal(ago(null), "");
});

test("a duration is told in the unit that a person would use", () => {
  assert.deepEqual([0.2, 62, 95, 3700, 7200].map(duration), [
    "1 second",
    "62 seconds",
    "2 minutes",
    "62 minutes",
    "2 hours",
  ]);
});
