import assert from "node:assert/strict";
import { test } from "node:test";
import { queryOf } from "../../webapp/static/webapp/js/imagery/catalogue_query.js";

const form = (values) =>
  Object.fromEntries(
    ["url", "starts", "ends", "cloud", "collection"].map((name) => [name, { value: values[name] ?? "" }]),
  );

test("it works", () => {
  const asked = queryOf(form({ url: " https://a.example/ ", cloud: "0", collection: "a, b" }), [9, 45, 10, 46.5]);
  assert.deepEqual(asked, { url: "https://a.example/", bbox: [9, 45, 10, 46.5], cloud: 0, collections: ["a", "b"] });
});

test("dates are those that were given, and no area is anywhere", () => {
  const asked = queryOf(form({ url: "u", starts: "2020-01-01" }), null);
  assert.deepEqual(asked, { url: "u", bbox: null, starts: "2020-01-01" });
});
