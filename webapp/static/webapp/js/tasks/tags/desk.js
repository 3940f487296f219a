// The labelling page's half of tags: switches, Enter commits and goes on, N is "none of these".
import { byId } from "../../lib/dom.js";
import { TagSet } from "../../state/tag_set.js";
import { toast } from "../../ui/toast.js";
import { addFind } from "../named/find_class.js";
import { TagPalette } from "./palette.js";

const GROUP = { group: "Tags" };

export class TagDesk {
  #item = null;

  constructor(task, { commands, keys, keyOf, labelling, drafts }) {
    Object.assign(this, { task, labelling, drafts });
    const toggle = (code) => this.set?.toggle(code);
    const doubt = (code) => this.set?.doubt(code);
    this.palette = new TagPalette(byId("classes"), { classes: task.inUse, keyOf, toggle, doubt });
    addFind(commands, task.inUse, toggle);
    commands.add("save", "Enter", "Save what is shown and go on", () => this.save(), GROUP);
    commands.add("none", "n", "None of these", () => this.none(), GROUP);
    for (const { code, name, definition } of task.inUse) {
      const key = keyOf.get(code);
      if (!key) continue;
      keys.bind(key, name, () => toggle(code), { ...GROUP, about: definition });
      keys.bind(`Shift+${key}`, `Cannot tell ${name}`, () => doubt(code), { group: "Cannot tell" });
    }
  }

  get set() {
    return this.#item?.work ?? null;
  }

  // Switches that were not saved are as they were left when the tile comes up again, also after a reload.
  load(item) {
    this.#item = item;
    if (!item.work) {
      const suggestion = item.audit ? null : item.suggestion;
      const said = item.mine?.verdict === "label" ? this.task.valueIn(item.mine) : null;
      const suggested = suggestion && this.task.valueIn(suggestion);
      const codes = this.task.inUse.map(({ code }) => code);
      const draft = this.drafts.load(item);
      item.work = new TagSet(codes, { said, suggested, chances: suggested?.chances ?? {}, draft });
      item.work.on("change", () => this.#item === item && this.show());
      this.drafts.follow(item, item.work);
    }
    this.show();
  }

  clear() {
    this.#item = null;
  }

  prefetch() {}

  show() {
    const { set } = this;
    this.palette.show(set);
    byId("none").setAttribute("aria-pressed", String(set.none));
  }

  // One key says it and goes on: there is nothing more to say.
  none() {
    if (!this.set) return;
    this.set.sayNone();
    this.save();
  }

  save() {
    const value = this.set?.value();
    if (value) this.labelling.answer({ value });
    else if (this.set) toast("No tag is chosen. Choose some, press N if none of these is right, or skip the tile.");
  }
}
