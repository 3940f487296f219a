// What is drawn anew while somebody types in it: the focus stays, and so does what was typed and not saved.

// The field or button with the focus is found again by its label.
export function keepingFocus(holder, redraw) {
  const before = holder.contains(document.activeElement) ? document.activeElement : null;
  const label = before?.getAttribute("aria-label");
  const typed = before?.dataset.was !== undefined && before.value !== before.dataset.was ? before.value : null;
  const caret = typed === null ? null : [before.selectionStart, before.selectionEnd];
  if (before) before.dataset.was = before.value; // nothing is saved by going
  redraw();
  const again = label && [...holder.querySelectorAll("[aria-label]")].find((node) => node.ariaLabel === label);
  if (!again) return;
  if (typed !== null) again.value = typed;
  again.focus({ preventScroll: true });
  if (caret && caret[0] !== null) again.setSelectionRange(...caret);
}
