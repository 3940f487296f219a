import assert from "node:assert/strict";
import { test } from "node:test";
import { queryOf } from "../../webapp/static/webapp/js/imagery/catalogue_query.js";

const form = (values) =>
  Object.fromEntries(
    ["url", "area", "starts", "ends", "cloud", "collection"].map((name) => [name, { value: values[name] ?? "" }]),
  );

test("it works", () => {
  const asked = queryOf(form({ url: " https://a.example/ ", area: "9, 45; 10 46.5", cloud: "0", collection: "a, b" }));
  assert.deepEqual(asked, { url: "https://a.example/", bbox: [9, 45, 10, 46.5], cloud: 0, collections: ["a", "b"] });
});

test("without an area there is none, and nonsense is told from it", () => {
  assert.equal(queryOf(form({})).bbox, null);
  for (const area of ["9, 45, 10", "a, b, c, d", "1 2 3 4 5"]) assert.equal(queryOf(form({ area })).bbox, undefined);
});

test("dates are those that were given", () => {
  assert.deepEqual(queryOf(form({ url: "u", starts: "2020-01-01" })), { url: "u", bbox: null, starts: "2020-01-01" });
});
