// The keys of a contact sheet.

export const SHEET_KEYS = ["a", "r", "n", "b", "i", "o", "x", "u", "f", "c"];

// acts: { accept, reject, undo, later, open, alike }, what its buttons do as well
export function bindSheetKeys(keys, { sheet, view, closer, acts }) {
  const group = "Sheet";
  const step = (rows) => sheet.move(rows * view.columns());
  const toggle = () => sheet.focused && sheet.toggle(sheet.focused.id);
  const bare = (on) => view.holder.classList.toggle("bare", on);
  const large = "Hold: the focused tile, large, with its surroundings";
  keys.bind("a", "Accept what is ticked and was seen", acts.accept, { group });
  keys.bind("r", "Reject those clicked out, or the focused one", acts.reject, { group });
  keys.bind(["u", "Ctrl+z"], "Take the last decision back", acts.undo, { group });
  keys.bind(["Space", "Enter"], "Tick on or off", toggle, { group });
  keys.bind("i", "Invert the ticks", () => sheet.invert(), { group });
  keys.bind("n", "Next sheet, leave the rest for later", acts.later, { group });
  keys.bind("f", "Find fifty more like the focused tile", acts.alike, { group });
  keys.bind("c", large, () => closer.show(sheet.focused), { group, release: () => closer.hide() });
  keys.bind("o", "Open the tile", acts.open, { group });
  keys.bind("x", "Hold: images without masks", () => bare(true), { group, release: () => bare(false) });
  keys.bind("ArrowLeft", "Left", () => sheet.move(-1), { group, repeat: true });
  keys.bind("ArrowRight", "Right", () => sheet.move(1), { group, repeat: true });
  keys.bind("ArrowUp", "Up", () => step(-1), { group, repeat: true });
  keys.bind("ArrowDown", "Down", () => step(1), { group, repeat: true });
}
