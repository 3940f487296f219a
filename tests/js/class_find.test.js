import assert from "node:assert/strict";
import { test } from "node:test";
import { meantBy, plainWords } from "../../webapp/static/webapp/js/state/class_find.js";

const CLASSES = [
  { code: 1, name: "Dark forest", group: "Woods" },
  { code: 2, name: "Forêt claire", group: "Woods" },
  { code: 3, name: "Deforested" },
  { code: 4, name: "Peat", group: "Wet forest" },
  { code: 5, name: "Straße" },
];
const told = (typed) => {
  const { matching, first } = meantBy(typed, CLASSES);
  return [matching.map(({ code }) => code), first?.code ?? null];
};

test("it works: what begins so comes before what has it somewhere, and that before what the group says", () => {
  assert.deepEqual(told("fore"), [[1, 2, 3, 4], 2]);
  assert.deepEqual(told("forest"), [[1, 3, 4], 1]);
  assert.deepEqual(told("wet"), [[4], 4]);
});

test("accents, case and signs between words do not matter", () => {
  assert.deepEqual(told("FORET"), [[2], 2]);
  assert.deepEqual(told("forêt-claire"), [[2], 2]);
  assert.deepEqual(told("strasse"), [[5], 5]);
  assert.equal(plainWords("  Čistá  Voda! "), "cista voda");
  assert.equal(plainWords("水域"), "水域");
});

test("words may come in any order, of name and group", () => {
  assert.deepEqual(told("woods dark"), [[1], 1]);
});

test("nothing typed is everything, and nothing is meant", () => {
  assert.deepEqual(told("  "), [[1, 2, 3, 4, 5], null]);
  assert.deepEqual(told("xyz"), [[], null]);
});
