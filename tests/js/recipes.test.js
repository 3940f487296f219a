import assert from "node:assert/strict";
import { test } from "node:test";
import { draftOf, recipeOf, recipeTitle } from "../../webapp/static/webapp/js/state/recipes.js";

test("it works: a recipe goes into the form and comes out the same", () => {
  const recipes = [
    { composite: "true-colour" },
    { bands: ["B8", "B4", "B3"], stretch: { by: "percentile", low: 2, high: 98, of: "tile" } },
    { expression: "(nir - red) / (nir + red)", ramp: "viridis", stretch: { by: "ends", ends: [[-0.1, 0.9]] } },
    { components: "mnf", stretch: { by: "stddev", k: 2, of: "surroundings" }, gamma: 1.4 },
    { shade: "slope", ramp: "inferno", stretch: { by: "minmax" } },
    { bands: ["VV", "VH", "VV / VH"], decibels: true, filter: "lee", stretch: { by: "stored" } },
  ];
  for (const recipe of recipes) assert.deepEqual(recipeOf(draftOf(recipe)), recipe);
});

test("what is not finished is no recipe yet", () => {
  const draft = { ...draftOf({ composite: "true" }), source: "bands", bands: ["B8", " ", "B3"] };
  assert.equal(recipeOf(draft), null);
  assert.equal(recipeOf({ ...draft, source: "expression" }), null);
  assert.deepEqual(recipeOf({ ...draft, bands: [" B8 ", "B4", "B3"] }), { bands: ["B8", "B4", "B3"] });
});

test("only one number is coloured by a ramp", () => {
  const draft = { ...draftOf({ expression: "nir", ramp: "viridis" }), source: "bands", bands: ["a", "b", "c"] };
  assert.deepEqual(recipeOf(draft), { bands: ["a", "b", "c"] });
});

test("the usual stretch of a tile is one by per cent", () => {
  const draft = { ...draftOf({ composite: "true" }), of: "tile" };
  assert.deepEqual(recipeOf(draft).stretch, { by: "percentile", low: 2, high: 98, of: "tile" });
});

test("a title says where the numbers come from", () => {
  assert.equal(recipeTitle({ bands: ["B8", "B4", "B3"] }), "B8, B4, B3 (own)");
  assert.equal(recipeTitle({ composite: "true", gamma: 2 }, { true: "True colour" }), "True colour (own)");
  assert.equal(recipeTitle({ shade: "slope" }), "Slope (own)");
});
