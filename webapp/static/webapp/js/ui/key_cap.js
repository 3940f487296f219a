// A key as it is drawn beside what it does: the one that this person presses.
import { element } from "../lib/dom.js";
import { comboText } from "../lib/keys.js";
import { keyboard } from "../state/keyboard.js";

export function keyCap(combo) {
  return element("kbd", { "data-key": combo }, comboText(keyboard.pressed(combo)));
}

// Write all keys of the page anew, those of its template too.
export function showKeyCaps() {
  for (const cap of document.querySelectorAll("kbd[data-key]")) {
    cap.textContent = comboText(keyboard.pressed(cap.dataset.key));
  }
}
