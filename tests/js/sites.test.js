import assert from "node:assert/strict";
import { test } from "node:test";
import { isOnMap, sitesOf } from "../../webapp/static/webapp/js/state/sites.js";

const scene = (name, west, south, size = 1) => ({ name, bounds: [west, south, west + size, south + size] });

test("it works: scenes that lie together are one site, from west to east", () => {
  const scenes = [scene("b", 100, 10), scene("a1", 10, 50), scene("a2", 11.5, 50.5), scene("c", 179.5, -17)];
  assert.deepEqual(
    sitesOf(scenes).map(({ title, count }) => [title, count]),
    [
      ["a1 and 1 more", 2],
      ["b", 1],
      ["c", 1],
    ],
  );
  assert.deepEqual(sitesOf(scenes)[0].bounds, [10, 50, 12.5, 51.5]);
});

test("a scene that joins two sites makes them one", () => {
  assert.deepEqual(sitesOf([scene("a", 0, 0), scene("b", 6, 0), scene("c", 3, 0), scene("d", 90, 0)]).length, 2);
});

test("one place needs no list", () => {
  assert.deepEqual(sitesOf([scene("a", 0, 0), scene("b", 1, 0)]), []);
  assert.deepEqual(sitesOf([{ name: "chip", bounds: null }]), []);
});

test("a map has what reaches below 85 degrees", () => {
  const bounds = [
    [-180, -90, 180, -89],
    [-180, 86, 180, 90],
    [-180, 84, 180, 90],
    [9, 45, 10, 46],
  ];
  assert.deepEqual(
    bounds.map((each) => isOnMap({ bounds: each })),
    [false, false, true, true],
  );
  assert.equal(isOnMap({ bounds: null }), false);
});
