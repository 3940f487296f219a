// Which key gives which class: the ones that the owner chose, then free digits, then free letters.

const DIGITS = [..."123456789"];
const LETTERS = [..."qwertyuiopasdfghjklzxcvbnm"];

// Return a Map of class code -> key ("" when none is left); `taken` are the keys of commands, never given away unasked.
export function classKeys(classes, taken = []) {
  const keys = new Map(classes.map(({ code, hotkey }) => [code, hotkey ?? ""]));
  const used = new Set([...keys.values(), ...taken]);
  const free = [...DIGITS, ...LETTERS].filter((key) => !used.has(key));
  for (const { code } of classes) if (!keys.get(code)) keys.set(code, free.shift() ?? "");
  return keys;
}

// Return the command keys that a class took for itself: their commands keep their buttons only.
export function lostKeys(keys, taken) {
  const used = new Set(keys.values());
  return taken.filter((key) => used.has(key));
}
