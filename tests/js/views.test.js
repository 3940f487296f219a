import assert from "node:assert/strict";
import { test } from "node:test";
import { likeliest, neighbour, viewsOf } from "../../webapp/static/webapp/js/state/views.js";

const scene = (id, ...names) => ({
  id,
  name: `scene ${id}`,
  acquired: id === 2 ? "2021-05-01T10:00:00Z" : null,
  composites: names.map((name) => ({ name, title: name.toUpperCase() })),
});
const one = { scenes: [scene(1, "true", "false")] };
const two = { scenes: [scene(1, "true"), scene(2, "true", "false")] };

test("it works: every composite of every scene, told apart by date or name", () => {
  assert.deepEqual(
    viewsOf(one).map(({ title }) => title),
    ["TRUE", "FALSE"],
  );
  assert.deepEqual(
    viewsOf(two).map(({ title }) => title),
    ["TRUE, scene 1", "TRUE, 2021-05-01", "FALSE, 2021-05-01"],
  );
});

test("the preferred composite is kept from sample to sample", () => {
  assert.equal(likeliest(one, { scene: 9, composite: "false" }).composite, "false");
  assert.equal(likeliest(two, { scene: 2, composite: "true" }).scene, 2);
  assert.equal(likeliest(one, { scene: 1, composite: "gone" }).composite, "true");
  assert.equal(likeliest(one, null).composite, "true");
  assert.equal(likeliest({ scenes: [] }, null), null);
});

test("views go round in both directions", () => {
  const [first, second] = viewsOf(one);
  assert.deepEqual(neighbour(one, second, 1), first);
  assert.deepEqual(neighbour(one, first, -1), second);
});
