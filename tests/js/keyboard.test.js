import assert from "node:assert/strict";
import { test } from "node:test";
import { Keys } from "../../webapp/static/webapp/js/lib/keys.js";
import { Keyboard } from "../../webapp/static/webapp/js/state/keyboard.js";

const press = (key) => ({ key, code: key, target: null, preventDefault() {} });

test("it works: two keys trade places", () => {
  const keyboard = new Keyboard();
  assert.equal(keyboard.trade("s", "j"), "j");
  assert.deepEqual(keyboard.plain, { s: "j", j: "s" });
  assert.deepEqual([keyboard.pressed("s"), keyboard.asked("j"), keyboard.asked("s")], ["j", "s", "j"]);
});

test("whatever is traded, each key means one thing and none is lost", () => {
  const keyboard = new Keyboard();
  for (const [combo, key] of [
    ["a", "b"],
    ["b", "c"],
    ["a", "c"],
    ["c", "a"],
    ["b", "b"],
  ])
    keyboard.trade(combo, key);
  assert.deepEqual(Object.keys(keyboard.plain).sort(), Object.values(keyboard.plain).sort());
  assert.equal(keyboard.pressed("b"), "b");
  assert.equal(keyboard.pressed("c"), "a");
});

test("back at its own key, nothing is kept of it", () => {
  const keyboard = new Keyboard({ a: "b", b: "a" });
  keyboard.trade("a", "a");
  assert.deepEqual(keyboard.plain, {});
});

test("what closes and leads on is never traded", () => {
  const keyboard = new Keyboard();
  assert.equal(keyboard.trade("s", "Escape"), null);
  assert.equal(keyboard.trade("s", "Tab"), null);
  assert.deepEqual(keyboard.plain, {});
});

test("the bindings of a page hear the traded key, and are told the one that they asked for", () => {
  const keys = new Keys(null, new Keyboard({ s: "j", j: "s" }));
  const heard = [];
  keys.bind("s", "Skip", (_event, asked) => heard.push(asked));
  keys.down(press("s"));
  keys.down(press("j"));
  assert.deepEqual(heard, ["s"]);
});
