import assert from "node:assert/strict";
import { test } from "node:test";
import { classKeys, lostKeys } from "../../webapp/static/webapp/js/state/keymap.js";

const classes = (...keys) => keys.map((hotkey, i) => ({ code: i + 1, hotkey }));

test("it works: classes keep the keys that the owner chose", () => {
  assert.deepEqual(
    [...classKeys(classes("w", "2"))],
    [
      [1, "w"],
      [2, "2"],
    ],
  );
});

test("a class without a key gets the first free digit", () => {
  assert.deepEqual([...classKeys(classes("", "1", "")).values()], ["2", "1", "3"]);
});

test("after nine classes letters follow, but none that a command uses", () => {
  const keys = [...classKeys(classes(...Array(11).fill("")), ["q"]).values()];
  assert.deepEqual(keys.slice(8), ["9", "w", "e"]);
});

test("when no key is left a class has none", () => {
  assert.equal([...classKeys(classes(...Array(40).fill(""))).values()].at(-1), "");
});

test("a class may take a command's key, which is told", () => {
  assert.deepEqual(lostKeys(classKeys(classes("s", "")), ["s", "u"]), ["s"]);
});
