import assert from "node:assert/strict";
import { test } from "node:test";
import { cellsAcross, outlineOf } from "../../webapp/static/webapp/js/state/area.js";

test("it works", () => {
  assert.equal(outlineOf(["00", "01"]), "M1 1h1M1 2h1M1 1v1M2 1v1");
});

test("there is no line between two cells of an area", () => {
  const path = outlineOf(["110", "000", "000"]);
  assert.ok(!path.includes("M1 0v1"));
  assert.equal(path.match(/M/g).length, 6);
});

test("an empty area has no outline", () => {
  assert.equal(outlineOf(["00", "00"]), "");
  assert.equal(outlineOf([]), "");
});

test("the last cells may overhang the tile", () => {
  assert.equal(cellsAcross(["", "", "", ""], 32), 4);
  assert.equal(cellsAcross(Array(8).fill(""), 30), 7.5);
});
