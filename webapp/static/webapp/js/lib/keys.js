// Keyboard: bindings with a title each, so that the `?` overlay can never lie about them.

const NAMED = { " ": "Space", Esc: "Escape" };
const TYPING = "input:not([type=checkbox], [type=radio], [type=range], [type=button], [type=color]), textarea, select";

// "a", "Shift+b", "Ctrl+z", "Space", "ArrowLeft", "?"; Shift counts for letters and named keys only.
export function comboOf(event) {
  const key = NAMED[event.key] ?? event.key;
  const single = [...key].length === 1;
  const letter = single && key.toLowerCase() !== key.toUpperCase();
  const parts = [];
  if (event.ctrlKey || event.metaKey) parts.push("Ctrl");
  if (event.altKey) parts.push("Alt");
  if (event.shiftKey && (letter || !single)) parts.push("Shift");
  parts.push(letter ? key.toLowerCase() : key);
  return parts.join("+");
}

const UNTOLD = ["Process", "Unidentified", "Dead"]; // an input method took the press, or the sign is not whole yet

// What a press can mean, likeliest first. Keyboards differ in what the row of digits gives with Shift and without, and
// Greek or Cyrillic ones give no Latin letters: where nothing listens to the sign, it is the key at its place.
function combosOf(event) {
  const combo = comboOf(event);
  const place = /^(?:Digit(\d)|Key([A-Z]))$/.exec(event.code ?? "");
  if (!place || event.altKey) return [combo];
  const [, digit, letter] = place;
  if (event.ctrlKey || event.metaKey) {
    return letter && isForeign(event.key) ? [combo, combo.replace(/.$/u, letter.toLowerCase())] : [combo];
  }
  const untold = UNTOLD.includes(event.key);
  if (letter && !untold && !isForeign(event.key)) return [combo];
  const there = `${event.shiftKey ? "Shift+" : ""}${digit ?? letter.toLowerCase()}`;
  if (untold) return [there];
  return combo === digit ? [there, combo] : [combo, there];
}

// Whether it is a letter that is not of the Latin alphabet.
function isForeign(key) {
  return /^\p{Letter}$/u.test(key) && !/^\p{Script=Latin}$/u.test(key);
}

export class Keys {
  // keyboard: what a person presses for the key that a page asks for, see state/keyboard.js
  constructor(target = globalThis.window, keyboard = { asked: (combo) => combo }) {
    this.target = target;
    this.keyboard = keyboard;
    this.bindings = [];
    this.held = new Map(); // event.code -> binding of a momentary key that is down
    target?.addEventListener("keydown", (event) => this.down(event));
    target?.addEventListener("keyup", (event) => this.up(event));
    target?.addEventListener("blur", () => this.releaseAll());
  }

  // `run` is given the event and the key that was bound: another may have been pressed for it.
  // bind("s", "Skip", run) or bind("x", "Hold: bare image", show, { release: hide }).
  // Options: group (heading in the overlay), about (more words there), when (only then), repeat (also while held down), everywhere (also in fields).
  bind(combos, title, run, options = {}) {
    const binding = { combos: [combos].flat(), title, run, group: "Keys", ...options };
    this.bindings.push(binding);
    return () => {
      this.bindings = this.bindings.filter((other) => other !== binding);
    };
  }

  down(event) {
    if (event.defaultPrevented || event.isComposing) return;
    const { binding, asked } = this.find(event);
    if (!binding) return;
    event.preventDefault();
    if (event.repeat && !binding.repeat) return;
    if (binding.release) this.held.set(event.code, binding);
    binding.run(event, asked);
  }

  up(event) {
    const binding = this.held.get(event.code);
    this.held.delete(event.code);
    binding?.release(event);
  }

  // A window that loses focus never hears the key go up.
  releaseAll() {
    for (const binding of this.held.values()) binding.release();
    this.held.clear();
  }

  find(event) {
    for (const combo of combosOf(event)) {
      const asked = this.keyboard.asked(combo);
      const binding = this.match(event, combo, asked);
      if (binding) return { binding, asked };
    }
    return {};
  }

  match(event, combo, asked) {
    const typing = isTyping(event.target);
    const covered = isCovered(event.target);
    // A focused button or link answers Enter and Space itself.
    const pressing = ["Enter", "Space"].includes(combo) && event.target?.closest?.("button, a[href], summary");
    return this.bindings.findLast(
      ({ combos, when, everywhere }) =>
        combos.includes(asked) && (everywhere || (!typing && !covered && !pressing)) && (!when || when()),
    );
  }

  // What the overlay lists: [[group, [{ combos, title }]]]
  groups() {
    const groups = new Map();
    for (const binding of this.bindings) {
      if (!binding.title) continue;
      if (!groups.has(binding.group)) groups.set(binding.group, []);
      groups.get(binding.group).push(binding);
    }
    return [...groups];
  }
}

export function isTyping(target) {
  return Boolean(target?.closest?.(TYPING) || target?.isContentEditable);
}

function isCovered(target) {
  return Boolean(globalThis.document?.querySelector("dialog[open]")) || Boolean(target?.closest?.("dialog, [popover]"));
}

const SYMBOLS = { ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓", Escape: "Esc", Delete: "Del" };

export function comboText(combo) {
  return combo
    .split(/\+(?=.)/)
    .map((part) => SYMBOLS[part] ?? (part.length === 1 ? part.toUpperCase() : part))
    .join(" ");
}
