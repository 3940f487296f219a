// The tags of a tile as switches: on, off or "cannot tell", each with its key and the model's chance of it.
import { element } from "../../lib/dom.js";
import { percent } from "../../lib/format.js";
import { comboText } from "../../lib/keys.js";
import { keyboard } from "../../state/keyboard.js";
import { groupRows } from "../../ui/group_rows.js";
import { keyCap } from "../../ui/key_cap.js";

const SIGNS = { on: "✓", open: "?", off: "" };
const PRESSED = { on: "true", open: "mixed", off: "false" };

export class TagPalette {
  #rows = new Map(); // code -> { button, sign, note, chance }

  // toggle(code), doubt(code)
  constructor(list, { classes, keyOf, toggle, doubt }) {
    list.append(...groupRows(classes, (item) => this.#row(item, keyOf.get(item.code), { toggle, doubt })));
  }

  // Show a TagSet; an audit has no chances.
  show(set) {
    for (const [code, { button, sign, note, chance }] of this.#rows) {
      const { state, ghost } = set.stateOf(code);
      button.setAttribute("aria-checked", PRESSED[state]);
      button.classList.toggle("ghost", ghost);
      sign.textContent = SIGNS[state];
      const probability = set.chances[code];
      note.textContent = probability === undefined ? "" : percent(probability);
      chance.style.setProperty("--chance", probability ?? 0);
    }
  }

  #row({ code, name, colour, definition }, key, { toggle, doubt }) {
    const sign = element("span", { class: "sign", "aria-hidden": "true" });
    const note = element("span", { class: "note number" });
    const chance = element("i", { class: "chance", "aria-hidden": "true" });
    const button = element(
      "button",
      {
        type: "button",
        role: "checkbox",
        "aria-checked": "false",
        class: "tag-switch",
        title: definition,
        onclick: () => toggle(code),
      },
      key && keyCap(key),
      sign,
      element("span", { class: "swatch", style: { "--colour": colour } }),
      element("span", { class: "name" }, name),
      note,
      chance,
    );
    const title = `Cannot tell ${name}${key ? ` (${comboText(keyboard.pressed(`Shift+${key}`))})` : ""}`;
    const open = element(
      "button",
      { type: "button", class: "quiet icon", title, "aria-label": title, onclick: () => doubt(code) },
      "?",
    );
    this.#rows.set(code, { button, sign, note, chance });
    return element("li", { class: "tag-row", dataset: { code } }, button, open);
  }
}
