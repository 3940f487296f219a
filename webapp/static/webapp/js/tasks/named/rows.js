// The editor for the classes of a project that is being made: a row each, under the headings of their groups.
import { element, fromTemplate, refsOf } from "../../lib/dom.js";
import { dropped, moved } from "../../state/class_order.js";
import { byGroup, freeColour, freeKey, NO_KEY, problemOf } from "../../state/classes.js";
import { arrowButtons, dragOrder, grip, onArrows } from "../../ui/drag_order.js";
import { later } from "../../ui/later.js";

const ROW = `
  <li class="class-row">
    <input type="color" data-ref="colour" aria-label="Colour">
    <input type="text" data-ref="name" maxlength="80">
    <input type="text" data-ref="group" maxlength="80" placeholder="Group">
    <input type="text" data-ref="hotkey" maxlength="1" aria-label="Key" placeholder="·" autocapitalize="none">
    <button type="button" class="quiet icon" data-ref="remove" title="Remove">×</button>
  </li>`;

// What a new project of such a kind starts from; holder: the kind's part of the form.
export function classDraft(holder, names, { noun, nouns, fewest }) {
  const refs = refsOf(holder);
  const rows = new ClassRows(refs.rows, noun);
  for (const name of names) rows.add({ name });
  refs.add.addEventListener("click", () => rows.add().name.focus());
  const dialog = later(
    () => import("./list_draft.js"),
    ({ openListDraft }) => openListDraft,
  );
  const { kind } = holder.dataset;
  const initial = JSON.stringify(rows.values());
  const untouched = () => JSON.stringify(rows.values()) === initial;
  for (const button of [refs.add, refs.list]) button.disabled = false; // what is pressed before would be lost
  refs.list.addEventListener("click", () => dialog((open) => open({ rows, kind, nouns, replace: untouched() })));
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
    this.rows = []; // as they are shown
    const rowOf = (node) => this.rows.find(({ root }) => root === node);
    dragOrder(list, ".class-row", (node, target, after) =>
      this.order(dropped(this.listed, rowOf(node), rowOf(target), after)),
    );
  }

  // For moves: [{ id: a row, group }]
  get listed() {
    return this.rows.map((row) => ({ id: row, group: row.group.value.trim() }));
  }

  // code and definition: those of a list, which have no field here
  add({ name = "", group = "", hotkey, colour, code = null, definition = "" } = {}) {
    const [root, refs] = fromTemplate(ROW);
    const row = { ...refs, root, chosen: Boolean(colour), code, definition };
    refs.name.title = [code && `Code ${code}`, definition].filter(Boolean).join(": ");
    const known = this.values();
    refs.colour.value = colour ?? freeColour(known, name);
    Object.assign(refs.name, { value: name, ariaLabel: `Name of the ${this.noun}` });
    Object.assign(refs.group, { value: group, ariaLabel: `Group of the ${this.noun}` });
    Object.assign(refs.hotkey, { value: hotkey ?? freeKey(known), title: NO_KEY });
    refs.remove.setAttribute("aria-label", `Remove this ${this.noun}`);
    refs.remove.before(...arrowButtons(`this ${this.noun}`, (by) => this.move(row, by)));
    root.prepend(grip(`this ${this.noun}`));
    this.#listen(row);
    this.rows.push(row);
    this.list.append(root);
    if (group) this.draw();
    return row;
  }

  #listen(row) {
    row.name.addEventListener("input", () => this.colour(row));
    row.colour.addEventListener("input", () => {
      row.chosen = true;
    });
    row.group.addEventListener("change", () => this.draw());
    row.remove.addEventListener("click", () => this.remove(row));
    row.root.addEventListener(
      "keydown",
      onArrows((by) => this.move(row, by)),
    );
    row.hotkey.addEventListener("input", () => {
      row.hotkey.value = row.hotkey.value.toLowerCase();
    });
  }

  rename(names) {
    this.rows = [];
    this.list.replaceChildren();
    for (const name of names) this.add({ name });
  }

  // Give a class the colour that its name makes one expect, unless somebody chose one.
  colour(row) {
    if (row.chosen) return;
    const others = this.rows.filter((other) => other !== row).map(({ colour }) => ({ colour: colour.value }));
    row.colour.value = freeColour(others, row.name.value);
  }

  move(row, by) {
    this.order(moved(this.listed, row, by));
  }

  // list: [{ id: row, group }] as it shall be, or null
  order(list) {
    if (!list) return;
    for (const { id, group } of list) id.group.value = group;
    this.rows = list.map(({ id }) => id);
    this.draw();
  }

  remove(row) {
    this.rows = this.rows.filter((other) => other !== row);
    this.draw();
  }

  // Put the rows under their groups; whatever has the focus keeps it.
  draw() {
    const focused = this.list.contains(document.activeElement) ? document.activeElement : null;
    const groups = byGroup(this.listed);
    const heads = (group) => (group ? [element("li", { class: "class-group" }, group)] : []);
    this.list.replaceChildren(
      ...groups.flatMap(({ group, classes }) => [...heads(group), ...classes.map(({ id }) => id.root)]),
    );
    this.rows = groups.flatMap(({ classes }) => classes.map(({ id }) => id));
    focused?.focus();
  }

  values() {
    return this.rows.map(({ colour, name, group, hotkey, code, definition }) => ({
      name: name.value.trim(),
      colour: colour.value,
      group: group.value.trim(),
      hotkey: hotkey.value,
      ...(code ? { code } : {}),
      ...(definition ? { definition } : {}),
    }));
  }
}
