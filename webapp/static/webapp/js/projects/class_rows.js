// The editor for the classes of a project that is being made: a row each with colour, name and key.
import { fromTemplate } from "../lib/dom.js";
import { freeColour, freeKey } from "../state/classes.js";

const ROW = `
  <li>
    <input type="color" data-ref="colour" aria-label="Colour">
    <input type="text" data-ref="name" maxlength="80" aria-label="Name of the class">
    <input type="text" data-ref="hotkey" maxlength="1" aria-label="Key" autocapitalize="none">
    <button type="button" class="quiet icon" data-ref="remove" aria-label="Remove this class" title="Remove">×</button>
  </li>`;

export class ClassRows {
  constructor(list) {
    this.list = list;
    this.rows = [];
  }

  add(name = "") {
    const [root, refs] = fromTemplate(ROW);
    const known = this.values();
    refs.colour.value = freeColour(known);
    refs.name.value = name;
    refs.hotkey.value = freeKey(known);
    refs.remove.addEventListener("click", () => this.remove(refs));
    refs.hotkey.addEventListener("input", () => {
      refs.hotkey.value = refs.hotkey.value.toLowerCase();
    });
    this.rows.push(refs);
    this.list.append(root);
    return refs;
  }

  remove(refs) {
    this.rows = this.rows.filter((other) => other !== refs);
    refs.remove.closest("li").remove();
  }

  values() {
    return this.rows.map(({ colour, name, hotkey }) => ({
      name: name.value.trim(),
      colour: colour.value,
      hotkey: hotkey.value,
    }));
  }
}
