// The editor for the classes of a project that is being made: a row each with colour, name and key.
import { fromTemplate, refsOf } from "../../lib/dom.js";
import { freeColour, freeKey, problemOf } from "../../state/classes.js";

const ROW = `
  <li>
    <input type="color" data-ref="colour" aria-label="Colour">
    <input type="text" data-ref="name" maxlength="80" >
    <input type="text" data-ref="hotkey" maxlength="1" aria-label="Key" autocapitalize="none">
    <button type="button" class="quiet icon" data-ref="remove" title="Remove">×</button>
  </li>`;

// What a new project of such a kind starts from; holder: the kind's part of the form.
export function classDraft(holder, names, { noun, nouns, fewest }) {
  const refs = refsOf(holder);
  const rows = new ClassRows(refs.rows, noun);
  for (const name of names) rows.add(name);
  refs.add.addEventListener("click", () => rows.add().name.focus());
  const classes = () => rows.values().filter(({ name }) => name);
  return {
    values: () => ({ classes: classes() }),
    // Other names instead of all that stand there.
    rename: (others) => rows.rename(others),
    problem: () => {
      if (classes().length < fewest)
        return `Give it at least ${fewest === 1 ? `one ${noun} with a name` : `two ${nouns} with names`}.`;
      return problemOf(classes());
    },
  };
}

export class ClassRows {
  constructor(list, noun) {
    Object.assign(this, { list, noun });
    this.rows = [];
  }

  add(name = "") {
    const [root, refs] = fromTemplate(ROW);
    refs.name.setAttribute("aria-label", `Name of the ${this.noun}`);
    refs.remove.setAttribute("aria-label", `Remove this ${this.noun}`);
    const known = this.values();
    refs.colour.value = freeColour(known, name);
    refs.name.value = name;
    refs.name.addEventListener("input", () => this.colour(refs));
    refs.colour.addEventListener("input", () => {
      refs.chosen = true;
    });
    refs.hotkey.value = freeKey(known);
    refs.remove.addEventListener("click", () => this.remove(refs));
    refs.hotkey.addEventListener("input", () => {
      refs.hotkey.value = refs.hotkey.value.toLowerCase();
    });
    this.rows.push(refs);
    this.list.append(root);
    return refs;
  }

  rename(names) {
    this.rows = [];
    this.list.replaceChildren();
    for (const name of names) this.add(name);
  }

  // Give a class the colour that its name makes one expect, unless somebody chose one.
  colour(refs) {
    if (refs.chosen) return;
    const others = this.rows.filter((other) => other !== refs).map(({ colour }) => ({ colour: colour.value }));
    refs.colour.value = freeColour(others, refs.name.value);
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
