import assert from "node:assert/strict";
import { test } from "node:test";
import {
  areaBetween,
  areaOf,
  degreesText,
  fourIn,
  ringNear,
  ringOf,
  stepFor,
  unfolded,
} from "../../webapp/static/webapp/js/state/degrees.js";

test("it works", () => {
  assert.deepEqual(areaOf(["9", "45", "10.5", "46"]), [9, 45, 10.5, 46]);
  assert.deepEqual(areaBetween({ lng: 10.5, lat: 45 }, { lng: 9, lat: 46 }), [9, 45, 10.5, 46]);
});

test("no area is told from a wrong one", () => {
  assert.equal(areaOf(["", " ", "", ""]), null);
  for (const texts of [
    ["9", "", "10", "46"],
    ["9", "46", "10", "45"],
    ["9", "-91", "10", "45"],
    ["9", "45", "9", "46"],
    ["x", "45", "9", "46"],
    ["-400", "45", "9", "46"],
  ])
    assert.equal(areaOf(texts), undefined);
});

test("four numbers are found in what is pasted", () => {
  assert.deepEqual(fourIn("[9.0, 45, 10 46.5]"), ["9.0", "45", "10", "46.5"]);
  for (const text of ["9, 45, 10", "a b c d", "1 2 3 4 5", ""]) assert.equal(fourIn(text), null);
});

test("across the antimeridian west is above east", () => {
  assert.deepEqual(areaBetween({ lng: 179, lat: -17 }, { lng: 181, lat: -16 }), [179, -17, -179, -16]);
  assert.deepEqual(areaBetween({ lng: -181, lat: -17 }, { lng: -179, lat: -16 }), [179, -17, -179, -16]);
  assert.deepEqual(areaBetween({ lng: 541, lat: 0 }, { lng: 542, lat: 1 }), [-179, 0, -178, 1]);
  assert.deepEqual(unfolded([179, -17, -179, -16]), [179, -17, 181, -16]);
  assert.deepEqual(ringOf([179, -17, -179, -16])[1], [181, -17]);
});

test("an area that ends at the antimeridian is not turned around", () => {
  assert.deepEqual(areaBetween({ lng: 170, lat: 0 }, { lng: 180, lat: 1 }), [170, 0, 180, 1]);
});

test("more than all around is the world", () => {
  assert.deepEqual(areaBetween({ lng: -200, lat: -95 }, { lng: 300, lat: 95 }), [-180, -90, 180, 90]);
});

test("a ring lies next to what is looked at, in one piece", () => {
  const ring = [
    [179.5, -17],
    [-179.5, -17],
    [-179.5, -16],
  ];
  const longitudes = (middle) => ringNear(ring, middle).map(([, longitude]) => longitude);
  assert.deepEqual(longitudes(180), [179.5, 180.5, 180.5]);
  assert.deepEqual(longitudes(-179), [-180.5, -179.5, -179.5]);
  assert.deepEqual(longitudes(-180), longitudes(-179));
});

test("lines are as far apart as three of them need", () => {
  assert.deepEqual([360, 10, 0.4, 0.0001].map(stepFor), [45, 2, 0.1, 0.001]);
});

test("degrees are written with their side", () => {
  assert.deepEqual(
    [12.5, -3, 0, 181, 180].map((degrees) => degreesText(degrees, "EW")),
    ["12.5° E", "3° W", "0°", "179° W", "180°"],
  );
  assert.equal(degreesText(-45, "NS"), "45° S");
});
