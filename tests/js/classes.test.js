import assert from "node:assert/strict";
import { test } from "node:test";
import { COLOURS, freeColour, freeKey, inkOn, problemOf } from "../../webapp/static/webapp/js/state/classes.js";

const make = (name, hotkey, colour = COLOURS[0]) => ({ name, hotkey, colour });

test("it works: a list without doubles has no problem", () => {
  assert.equal(problemOf([make("Water", "1"), make("Forest", "f"), make("Rock", "")]), "");
});

test("doubles and impossible keys are named", () => {
  assert.match(problemOf([make("Water", "1"), make("Water ", "2")]), /Two classes are called "Water"/);
  assert.match(problemOf([make("Water", "a"), make("Forest", "a")]), /key A/);
  assert.match(problemOf([make("Water", "ä")]), /one letter a-z or one digit/);
});

test("two classes without a key are no doubles", () => {
  assert.equal(problemOf([make("Water", ""), make("Forest", "")]), "");
});

test("new classes get what is free", () => {
  assert.equal(freeColour([make("Water", "1")]), COLOURS[1]);
  assert.equal(freeKey([make("Water", "1"), make("Forest", "3")]), "2");
  assert.equal(freeKey([..."1234567890"].map((key) => make(key, key))), "");
});

test("ink on a colour is black or white, whichever reads better", () => {
  assert.equal(inkOn("#f0e442"), "#000000");
  assert.equal(inkOn("#332288"), "#ffffff");
});
