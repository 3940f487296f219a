// Which keys correct to which class on a page whose own commands keep some letters.

// -> [{ item, key }]; a class whose key the page keeps for itself has "" and its button only.
export function classKeysBeside(classes, reserved) {
  return classes.map((item) => ({ item, key: item.hotkey && !reserved.includes(item.hotkey) ? item.hotkey : "" }));
}
