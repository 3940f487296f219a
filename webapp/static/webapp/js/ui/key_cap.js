// A key as it is drawn beside what it does: the one that this person presses.
import { element } from "../lib/dom.js";
import { comboText } from "../lib/keys.js";
import { keyboard } from "../state/keyboard.js";

// tight: where there is little room, Shift is an arrow
export function keyCap(combo, { tight = false } = {}) {
  return element("kbd", { "data-key": combo, "data-tight": tight ? "" : null }, capText(combo, tight));
}

function capText(combo, tight) {
  const text = comboText(keyboard.pressed(combo));
  return tight ? text.replace(/^Shift /, "⇧").replace(/^Ctrl /, "^") : text;
}

// Write all keys of the page anew, those of its template too.
export function showKeyCaps() {
  for (const cap of document.querySelectorAll("kbd[data-key]")) {
    cap.textContent = capText(cap.dataset.key, "tight" in cap.dataset);
  }
}
