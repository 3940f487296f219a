// The classes of a project, for kinds of labels that name some: add, change, retire and merge.
import { byId, element } from "../lib/dom.js";
import { get, patch, post, remove } from "../lib/request.js";
import { freeColour, freeKey, inUse } from "../state/classes.js";
import { ask, openDialog } from "../ui/dialog.js";
import { urls } from "../ui/shell.js";
import { brokenState } from "../ui/states.js";
import { toast } from "../ui/toast.js";
import { classTable } from "./class_table.js";

export class ClassEditor {
  classes = [];

  constructor(project) {
    this.project = project;
    this.form = byId("add-class");
    this.actions = {
      change: (item, fields) => this.change(item, fields),
      retire: (item) => this.retire(item),
      merge: (item) => this.merge(item),
    };
  }

  start() {
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.add();
    });
    const { name, colour } = this.form.elements;
    let chosen = false;
    colour.addEventListener("input", () => {
      chosen = true;
    });
    name.addEventListener("input", () => {
      if (!chosen || !name.value) colour.value = freeColour(inUse(this.classes), name.value);
      chosen &&= Boolean(name.value);
    });
    this.load();
  }

  async load() {
    const [page, error] = await get(urls.get("api:class-list", this.project, { page_size: 1000 }), { quiet: true });
    if (error) return byId("classes").replaceChildren(brokenState(error, () => this.load()));
    this.classes = page.results;
    byId("classes").replaceChildren(classTable(this.classes, this.actions));
    const { colour, hotkey } = this.form.elements;
    colour.value = freeColour(inUse(this.classes));
    hotkey.value = freeKey(inUse(this.classes));
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

  async add() {
    const fields = Object.fromEntries(new FormData(this.form));
    const added = await this.afterwards(await post(urls.get("api:class-list", this.project), fields), "Added.");
    if (added) this.form.elements.name.value = "";
  }

  async change(item, fields) {
    const cleaned = fields.hotkey === undefined ? fields : { hotkey: fields.hotkey.toLowerCase() };
    await this.afterwards(await patch(this.address(item), { name: item.name, ...cleaned }), "Saved.");
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
