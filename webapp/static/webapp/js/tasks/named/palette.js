// The classes to choose from: swatch, name and key of each, with a note beside it where there is one.
import { element } from "../../lib/dom.js";
import { percent } from "../../lib/format.js";
import { groupRows } from "../../ui/group_rows.js";
import { keyCap } from "../../ui/key_cap.js";

export class Palette {
  #rows = new Map(); // code -> {button, note}

  // lock(code): what a press of the lock beside a class does; without it there is none
  constructor(list, { classes, keyOf, choose, lock = null }) {
    list.append(...groupRows(classes, (item) => this.#row(item, keyOf.get(item.code), { choose, lock })));
  }

  #row(item, key, { choose, lock }) {
    const note = element("span", { class: "note number" });
    const swatch = element("span", { class: "swatch", style: { "--colour": item.colour } });
    const name = element("span", { class: "name" }, item.name);
    const press = () => choose(item.code);
    const button = element(
      "button",
      { type: "button", "aria-pressed": "false", title: item.definition, onclick: press },
      key && keyCap(key),
      swatch,
      name,
      note,
    );
    const bolt = lock && lockButton(item, lock);
    this.#rows.set(item.code, { button, note, bolt });
    return element("li", { dataset: { code: item.code } }, button, bolt);
  }

  // Mark the class that is chosen or was answered (null: none).
  mark(code) {
    for (const [each, { button }] of this.#rows) button.setAttribute("aria-pressed", String(each === code));
  }

  // Show which classes are locked.
  lock(codes) {
    for (const [code, { bolt }] of this.#rows) bolt?.setAttribute("aria-pressed", String(codes.has(code)));
  }

  // Say how many objects of each class there are.
  number(counts) {
    for (const [code, { note }] of this.#rows) note.textContent = String(counts.get(code) ?? "");
  }

  // Say how much of the tile each class has.
  tell(counts, total) {
    for (const [code, { note }] of this.#rows) {
      const pixels = counts.get(code) ?? 0;
      note.textContent = pixels ? percent(pixels / total, pixels / total < 0.1 ? 1 : 0) : "";
      note.title = `${pixels} of ${total} pixels`;
    }
  }
}

function lockButton({ code, name }, lock) {
  return element("button", {
    type: "button",
    class: "quiet icon lock",
    "aria-pressed": "false",
    "aria-label": `Lock ${name}`,
    title: `Locked, no tool paints over ${name}`,
    onclick: () => lock(code),
  });
}
