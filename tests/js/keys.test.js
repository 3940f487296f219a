import assert from "node:assert/strict";
import { test } from "node:test";
import { comboOf, comboText, Keys } from "../../webapp/static/webapp/js/lib/keys.js";

const press = (key, more = {}) => ({ key, code: key, target: null, preventDefault() {}, ...more });
const typing = { closest: (selector) => (selector.includes("textarea") ? {} : null) };
const button = { closest: (selector) => (selector.startsWith("button") ? {} : null) };

function bound(combos, options) {
  const keys = new Keys(null);
  let runs = 0;
  keys.bind(
    combos,
    "Count",
    () => {
      runs += 1;
    },
    options,
  );
  return { keys, runs: () => runs };
}

test("it works: a key runs its binding", () => {
  const { keys, runs } = bound("a");
  keys.down(press("a"));
  keys.down(press("b"));
  assert.equal(runs(), 1);
});

test("combos name modifiers, Shift only where it isn't part of the sign", () => {
  assert.equal(comboOf(press("Z", { ctrlKey: true, shiftKey: true })), "Ctrl+Shift+z");
  assert.equal(comboOf(press("?", { shiftKey: true })), "?");
  assert.equal(comboOf(press(" ")), "Space");
  assert.equal(comboOf(press("z", { metaKey: true })), "Ctrl+z");
});

test("nothing happens while somebody types", () => {
  const { keys, runs } = bound("a");
  keys.down(press("a", { target: typing }));
  assert.equal(runs(), 0);
});

test("a focused button keeps Enter and Space, but no letters", () => {
  const { keys, runs } = bound(["Enter", "a"]);
  keys.down(press("Enter", { target: button }));
  assert.equal(runs(), 0);
  keys.down(press("a", { target: button }));
  assert.equal(runs(), 1);
});

test("a key that is held down runs once, unless it repeats", () => {
  const once = bound("a");
  once.keys.down(press("a", { repeat: true }));
  assert.equal(once.runs(), 0);
  const many = bound("a", { repeat: true });
  many.keys.down(press("a", { repeat: true }));
  assert.equal(many.runs(), 1);
});

test("a momentary key is released when it goes up, or when the window loses focus", () => {
  let released = 0;
  const { keys } = bound("x", { release: () => released++ });
  keys.down(press("x"));
  keys.up(press("x"));
  keys.up(press("x"));
  assert.equal(released, 1);
  keys.down(press("x"));
  keys.releaseAll();
  assert.equal(released, 2);
});

test("the newest binding whose condition holds wins", () => {
  const keys = new Keys(null);
  const ran = [];
  keys.bind("a", "First", () => ran.push(1));
  const unbind = keys.bind("a", "Second", () => ran.push(2));
  keys.bind("a", "Never", () => ran.push(3), { when: () => false });
  keys.down(press("a"));
  unbind();
  keys.down(press("a"));
  assert.deepEqual(ran, [2, 1]);
});

test("the overlay lists every titled binding under its group", () => {
  const { keys } = bound("Shift+b", { group: "Map" });
  assert.deepEqual(
    keys.groups().map(([group, [{ title }]]) => [group, title]),
    [["Map", "Count"]],
  );
  assert.equal(comboText("Shift+b"), "Shift B");
});

test("a digit with Shift is the digit's own key where nothing listens to the sign that it makes", () => {
  const { keys, runs } = bound("Shift+1");
  keys.down(press("!", { shiftKey: true, code: "Digit1" }));
  assert.equal(runs(), 1);
  const signs = bound("!");
  signs.keys.bind("Shift+1", "Other", () => assert.fail("the sign comes first"));
  signs.keys.down(press("!", { shiftKey: true, code: "Digit1" }));
  assert.equal(signs.runs(), 1);
});

test("digits work the same on keyboards that need Shift to write them", () => {
  const { keys, runs } = bound("1");
  keys.down(press("&", { code: "Digit1" }));
  keys.down(press("1", { code: "Digit1", shiftKey: true }));
  assert.equal(runs(), 2);
  keys.bind("Shift+1", "Other", () => {});
  keys.down(press("1", { code: "Digit1", shiftKey: true }));
  assert.equal(runs(), 2);
});

test("with Ctrl, too, they work by their place where they are not Latin", () => {
  const keys = new Keys(null);
  const seen = [];
  keys.bind(["Ctrl+k", "Ctrl+z"], "Find", (_event, key) => seen.push(key));
  keys.down(press("л", { code: "KeyK", ctrlKey: true }));
  keys.down(press("ζ", { code: "KeyZ", ctrlKey: true }));
  keys.down(press("y", { code: "KeyZ", ctrlKey: true })); // QWERTZ
  assert.deepEqual(seen, ["Ctrl+k", "Ctrl+z"]);
});

test("letters work on Greek and Cyrillic keyboards, by their place", () => {
  const { keys, runs } = bound(["a", "Shift+u"]);
  keys.down(press("ф", { code: "KeyA" }));
  keys.down(press("α", { code: "KeyA" }));
  keys.down(press("Г", { code: "KeyU", shiftKey: true }));
  assert.equal(runs(), 3);
});

test("a letter that a keyboard does have is never taken by place", () => {
  const { keys, runs } = bound("q");
  keys.down(press("a", { code: "KeyQ" })); // AZERTY
  keys.down(press("é", { code: "KeyQ" }));
  assert.equal(runs(), 0);
});

test("who listens to a foreign letter gets it before its place", () => {
  const { keys, runs } = bound("a");
  let foreign = 0;
  keys.bind("ф", "Class", () => {
    foreign += 1;
  });
  keys.down(press("ф", { code: "KeyA" }));
  assert.deepEqual([runs(), foreign], [0, 1]);
});

test("an input method that is open takes no keys away outside of fields", () => {
  const { keys, runs } = bound(["a", "2"]);
  keys.down(press("Process", { code: "KeyA" }));
  keys.down(press("Process", { code: "Digit2" }));
  keys.down(press("Process", { code: "KeyA", isComposing: true }));
  keys.down(press("Process", { code: "KeyA", target: typing }));
  assert.equal(runs(), 2);
});
