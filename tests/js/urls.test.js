import assert from "node:assert/strict";
import { test } from "node:test";
import { Urls } from "../../webapp/static/webapp/js/lib/urls.js";

const urls = new Urls({ "sample-chip": "/projects/{project_id}/samples/{pk}/chip.png", projects: "/" });

test("it works: parts fill the placeholders in their order", () => {
  assert.equal(urls.get("sample-chip", 3, 9), "/projects/3/samples/9/chip.png");
});

test("a query is added, without what is empty", () => {
  const address = urls.get("sample-chip", 3, 9, { margin: 32, scene: null, composite: "", size: undefined, band: 0 });
  assert.equal(address, "/projects/3/samples/9/chip.png?margin=32&band=0");
});

test("parts and queries are encoded", () => {
  assert.equal(urls.get("sample-chip", "../1", 9, { q: "a&b" }), "/projects/..%2F1/samples/9/chip.png?q=a%26b");
});

test("an unknown name lists the right ones", () => {
  assert.throws(() => urls.get("chip"), /no URL called "chip".*projects, sample-chip/);
});

test("too few parts are an error, not a broken address", () => {
  assert.throws(() => urls.get("sample-chip", 3), /takes 2 parts, not 1/);
});
