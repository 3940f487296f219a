// The `?` overlay: all keys of the page, written from the bindings themselves, each to be changed.
import { element } from "../lib/dom.js";
import { comboOf, comboText } from "../lib/keys.js";
import { keyboard } from "../state/keyboard.js";
import { openDialog } from "./dialog.js";
import { keyCap } from "./key_cap.js";

const BARE = ["Shift", "Control", "Alt", "AltGraph", "Meta", "CapsLock"]; // half of a press
const HOW = "Choose a key to change it, for you on all pages; two keys trade places.";

export function showKeys(keys, { tour }) {
  const titles = new Map(keys.bindings.flatMap(({ combos, title }) => combos.map((combo) => [combo, title])));
  const told = element("p", { class: "faint", role: "status" }, HOW);
  let waiting = null; // the button that waits for a press

  function rest() {
    waiting?.replaceChildren(keyCap(waiting.dataset.combo));
    waiting?.removeAttribute("aria-pressed");
    waiting = null;
  }

  function wait(button) {
    const again = waiting === button;
    rest();
    if (again) return tell(HOW);
    waiting = button;
    button.setAttribute("aria-pressed", "true");
    button.replaceChildren(element("kbd", {}, "…"));
    tell(`Press the key for “${titles.get(button.dataset.combo)}”; Esc leaves it as it is.`);
  }

  function tell(text) {
    told.textContent = text;
  }

  function take(event) {
    if (!waiting || event.isComposing || BARE.includes(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    const { combo } = waiting.dataset;
    const press = comboOf(event);
    const moved = press === "Escape" ? null : keyboard.trade(combo, press);
    rest();
    if (press === "Escape") return tell(HOW);
    tell(moved === null ? `${comboText(press)} keeps its meaning: choose another key.` : traded(combo, press, moved));
  }

  function traded(combo, press, moved) {
    const now = `${comboText(press)} is now “${titles.get(combo)}”.`;
    if (moved === combo || !titles.has(moved)) return now;
    return `${now} “${titles.get(moved)}” went to ${comboText(keyboard.pressed(moved))}.`;
  }

  const reset = element(
    "button",
    { type: "button", class: "quiet", onclick: () => keyboard.set({}) },
    "All as they were",
  );
  const takeTour = () => {
    dialog.close();
    tour();
  };
  const guide = tour && element("button", { type: "button", onclick: takeTour }, "Take the tour");
  const close = element("button", { type: "button", autofocus: true, onclick: () => dialog.close() }, "Close");
  const sections = keys.groups().map((group) => section(group, wait));
  const actions = element("div", { class: "actions" }, reset, guide, close);
  const dialog = openDialog("Keys", [told, element("div", { class: "key-list" }, sections), actions], { wide: true });
  dialog.addEventListener("keydown", take, { capture: true });
  dialog.addEventListener("cancel", (event) => waiting && event.preventDefault());
  return dialog;
}

function section([group, bindings], wait) {
  const rows = bindings.map(({ combos, title, about }) =>
    element(
      "div",
      {},
      element("span", {}, title, about && element("small", { class: "faint" }, about)),
      element(
        "span",
        { class: "row" },
        combos.map((combo) => changeable(combo, title, wait)),
      ),
    ),
  );
  return element("section", {}, element("h3", {}, group), rows);
}

function changeable(combo, title, wait) {
  const name = `Change the key of ${title}: ${comboText(keyboard.pressed(combo))}`;
  const button = element("button", { type: "button", class: "cap", "aria-label": name }, keyCap(combo));
  button.dataset.combo = combo;
  button.addEventListener("click", () => wait(button));
  return button;
}
