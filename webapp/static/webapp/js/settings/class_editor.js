// The classes of a project, for kinds of labels that name some: add, change, retire and merge.
import { byId, element } from "../lib/dom.js";
import { get, patch, post, put, remove } from "../lib/request.js";
import { dropped, groupMoved, moved } from "../state/class_order.js";
import { freeColour, freeKey, inUse } from "../state/classes.js";
import { ask, openDialog } from "../ui/dialog.js";
import { dragOrder } from "../ui/drag_order.js";
import { urls } from "../ui/shell.js";
import { brokenState } from "../ui/states.js";
import { toast } from "../ui/toast.js";
import { classTable } from "./class_table.js";
import { keepingFocus } from "./keeping_focus.js";

export class ClassEditor {
  classes = [];
  #last = Promise.resolve(); // the class before, which is added first

  constructor(project, task) {
    Object.assign(this, { project, task });
    this.form = byId("add-class");
    this.actions = {
      change: (item, fields) => this.change(item, fields),
      retire: (item) => this.retire(item),
      merge: (item) => this.merge(item),
      move: (item, by) => this.order(moved(this.#listed, item.code, by)),
      moveGroup: (group, by) => this.order(groupMoved(this.#listed, group, by)),
      rename: (group, name) => this.rename(group, name),
    };
  }

  start() {
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.add();
    });
    const { name, colour } = this.form.elements;
    this.chosen = false; // whether the colour was
    colour.addEventListener("input", () => {
      this.chosen = true;
    });
    name.addEventListener("input", () => {
      if (!this.chosen || !name.value) colour.value = freeColour(inUse(this.classes), name.value);
      this.chosen &&= Boolean(name.value);
    });
    const place = ({ dataset }) => Number(dataset.code);
    dragOrder(byId("classes"), "[data-code]", (row, target, after) =>
      this.order(dropped(this.#listed, place(row), place(target), after)),
    );
    byId("class-list").disabled = false;
    byId("class-list").addEventListener("click", () => this.task.listDialog((Dialog) => this.openList(Dialog)));
    this.load();
  }

  openList(Dialog) {
    const send = (fields) => post(urls.get("api:class-lists", this.project), fields, { quiet: true });
    new Dialog({
      nouns: "classes",
      judge: (text) => send({ text, preview: true }),
      add: async (text) => {
        const [, error] = await send({ text });
        await this.afterwards([null, error], "Added.");
        return error;
      },
    });
  }

  get #listed() {
    return inUse(this.classes).map(({ code, group }) => ({ id: code, group }));
  }

  async load() {
    const [page, error] = await get(urls.get("api:class-list", this.project, { page_size: 1000 }), { quiet: true });
    if (error) return byId("classes").replaceChildren(brokenState(error, () => this.load()));
    this.classes = page.results;
    keepingFocus(byId("classes"), () => byId("classes").replaceChildren(classTable(this.classes, this.actions)));
    const { colour, hotkey } = this.form.elements;
    const untouched = !hotkey.value || hotkey.value === this.proposed?.hotkey;
    this.proposed = { hotkey: freeKey(inUse(this.classes)) };
    if (!this.form.elements.name.value) colour.value = freeColour(inUse(this.classes));
    if (untouched) hotkey.value = this.proposed.hotkey;
  }

  // A refused change is shown by its toast, and the table goes back to what holds.
  async afterwards([, error], words) {
    if (!error) toast(words);
    await this.load();
    return !error;
  }

  address({ code }) {
    return urls.get("api:class-detail", this.project, code);
  }

  // Whoever types fast sends the next before this one is there: each gets the key and colour that are free by then.
  add() {
    const fields = Object.fromEntries(new FormData(this.form));
    const free = { hotkey: fields.hotkey === this.proposed.hotkey, colour: !this.chosen };
    this.form.elements.name.value = "";
    this.form.elements.hotkey.value = this.proposed.hotkey;
    this.chosen = false;
    this.#last = this.#last.then(() => this.#add(fields, free));
  }

  async #add(fields, free) {
    const there = inUse(this.classes);
    const hotkey = free.hotkey ? freeKey(there) : fields.hotkey;
    const colour = free.colour ? freeColour(there, fields.name) : fields.colour;
    const sent = await post(urls.get("api:class-list", this.project), { ...fields, hotkey, colour });
    const added = await this.afterwards(sent, "Added.");
    const { name } = this.form.elements;
    if (!added && !name.value) name.value = fields.name;
  }

  async change(item, fields) {
    const cleaned = fields.hotkey === undefined ? fields : { hotkey: fields.hotkey.toLowerCase() };
    const [row, error] = await patch(this.address(item), cleaned);
    await this.afterwards([row, error], row?.retired ? `${row.name} was taken out of use meanwhile.` : "Saved.");
  }

  // list: [{ id, group }] in the new order, or null where nothing moves
  async order(list) {
    if (!list) return;
    const classes = list.map(({ id, group }) => ({ code: id, group: group ?? "" }));
    const seen = this.#listed.map(({ id }) => id);
    await this.afterwards(await put(urls.get("api:class-list", this.project), { classes, seen }), "Saved.");
  }

  rename(group, name) {
    return this.order(this.#listed.map((item) => (item.group === group ? { ...item, group: name } : item)));
  }

  async retire(item) {
    const text = "Nobody can give it any more. Labels that name it stay as they are.";
    if (!(await ask(`Retire ${item.name}?`, text, { yes: "Retire", danger: true }))) return;
    await this.afterwards(await remove(this.address(item)), `${item.name} is retired.`);
  }

  merge(item) {
    const targets = inUse(this.classes).filter(({ code }) => code !== item.code);
    const options = targets.map(({ code, name }) => element("option", { value: code }, name));
    const select = element("select", { autofocus: true }, options);
    const run = async () => {
      dialog.close();
      const body = { name: item.name, merged_into: Number(select.value) };
      await this.afterwards(await patch(this.address(item), body), "Merged.");
    };
    const dialog = openDialog(`Merge ${item.name} into another`, [
      element("p", {}, "Its labels keep their code and count as the other from now on."),
      element("label", { class: "field" }, element("span", {}, "Into"), select),
      element(
        "div",
        { class: "actions" },
        element("button", { type: "button", onclick: () => dialog.close() }, "Cancel"),
        element("button", { type: "button", class: "primary", onclick: run, disabled: targets.length === 0 }, "Merge"),
      ),
    ]);
  }
}
