import assert from "node:assert/strict";
import { test } from "node:test";
import {
  byGroup,
  COLOURS,
  changeNames,
  freeColour,
  freeKey,
  inkOn,
  problemOf,
} from "../../webapp/static/webapp/js/state/classes.js";

const make = (name, hotkey, colour = COLOURS[0]) => ({ name, hotkey, colour });

test("it works: a list without doubles has no problem", () => {
  assert.equal(problemOf([make("Water", "1"), make("Forest", "f"), make("Rock", "")]), "");
});

test("doubles and impossible keys are named", () => {
  assert.match(problemOf([make("Water", "1"), make("Water ", "2")]), /Two classes are called "Water"/);
  assert.match(problemOf([make("Water", "a"), make("Forest", "a")]), /key A/);
  assert.match(problemOf([make("Water", "1"), make("WATER", "2")]), /Two classes are called "WATER"/);
  assert.match(problemOf([make("Water", "ä")]), /one letter a-z or one digit/);
});

test("a list is cut into its groups, those of none first", () => {
  const all = [
    { code: 1, group: "Wet" },
    { code: 2 },
    { code: 3, group: "Dry" },
    { code: 4, group: "Wet" },
    { code: 5, group: "" },
  ];
  const told = byGroup(all).map(({ group, classes }) => [group, classes.map(({ code }) => code)]);
  assert.deepEqual(told, [
    ["", [2, 5]],
    ["Wet", [1, 4]],
    ["Dry", [3]],
  ]);
  assert.deepEqual(byGroup([]), []);
});

test("two classes without a key are no doubles", () => {
  assert.equal(problemOf([make("Water", ""), make("Forest", "")]), "");
});

test("new classes get what is free", () => {
  assert.equal(freeColour([make("Water", "1")]), COLOURS[1]);
  assert.equal(freeKey([make("Water", "1"), make("Forest", "3")]), "2");
  assert.equal(freeKey([..."1234567890"].map((key) => make(key, key))), "");
});

test("a class has the colour that its name makes one expect, if that is free", () => {
  assert.equal(freeColour([], "Open water"), "#0072b2");
  assert.equal(freeColour([], "Evergreen forest"), "#117733");
  assert.equal(freeColour([], "Bare ground"), "#ddcc77");
  assert.equal(freeColour([make("Other", "1", COLOURS[0])], "Seaweed"), COLOURS[1], "no sea");
  assert.equal(freeColour([], "Parking"), "#888888", "no park");
  assert.equal(freeColour([make("Lake", "1", "#0072b2")], "River"), COLOURS[1]);
});

test("every expected colour is one that is told apart with any colour vision", () => {
  const names = "ice marsh forest grass crop water urban burnt road sand".split(" ");
  assert.deepEqual(new Set(names.map((name) => COLOURS.includes(freeColour([], name)))), new Set([true]));
  assert.equal(new Set(names.map((name) => freeColour([], name))).size, names.length);
});

test("ink on a colour is black or white, whichever reads better", () => {
  assert.equal(inkOn("#f0e442"), "#000000");
  assert.equal(inkOn("#332288"), "#ffffff");
});

test("classes of change are pairs of land cover, and no change comes first", () => {
  const names = ["No change", "Forest → Field", "Forest → Built", "Field → Forest", "Field → Built"];
  assert.deepEqual(changeNames("Forest\n Field \n\nBuilt\nForest").slice(0, 5), names);
  assert.equal(changeNames("Forest\nField\nBuilt").length, 7);
  assert.deepEqual(changeNames(""), ["No change", "Change"]);
  assert.equal(freeColour([], names[0]), "#888888");
  assert.deepEqual(changeNames("Built"), ["No change", "To built"]);
  const many = Array.from({ length: 30 }, (_, at) => `Cover ${at}`).join("\n");
  assert.equal(changeNames(many).length, 255, "as many as a mask can hold");
});
