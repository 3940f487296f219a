// The review page's correction of tags: switch what is right instead, then C gives it to those clicked out.
import { element } from "../../lib/dom.js";
import { classKeysBeside } from "../../state/corrections.js";
import { TagSet } from "../../state/tag_set.js";

export class TagCorrector {
  // current() -> the item that a correction would start from; correct(value)
  constructor(task, { keys, reserved, correct, current, sheet }) {
    Object.assign(this, { task, correct, current, sheet });
    this.buttons = new Map();
    this.apply = element("button", { type: "button", onclick: () => this.send() });
    for (const { item, key } of classKeysBeside(task.inUse, [...reserved, "c"])) this.#add(item, key, keys);
    keys.bind("c", "Correct to the tags that are switched on", () => this.send(), { group: "Correct" });
    sheet.on("change", () => this.renew()).on("tick", () => this.follow());
    this.start();
  }

  get nodes() {
    return [...this.buttons.values(), this.apply];
  }

  start() {
    const item = this.current();
    const suggested = item ? this.task.valueIn(item) : null;
    const codes = this.task.inUse.map(({ code }) => code);
    this.on = item?.id ?? null;
    this.set = new TagSet(codes, { suggested });
    this.set.on("change", () => this.show());
    this.show();
  }

  // The sheet is another: a correction that was begun goes on as long as the card it began with is there.
  renew() {
    if (!this.set.touched || !this.sheet.items.some(({ id }) => id === this.on)) this.start();
  }

  // Another card is the current one: its own tags are where a correction starts, unless one was begun.
  follow() {
    if (!this.set.touched && this.current()?.id !== this.on) this.start();
  }

  send() {
    if (!this.current() || !this.set.touched) return;
    this.correct(this.set.value() ?? { tags: [], unsure: [] }); // with its card goes what was begun; refused, it stays
  }

  show() {
    for (const [code, button] of this.buttons) {
      button.setAttribute("aria-pressed", String(this.set.stateOf(code).state === "on"));
      button.disabled = this.on === null;
    }
    const none = this.set.touched && this.set.value() === null;
    this.apply.disabled = !this.set.touched;
    this.apply.replaceChildren(none ? "Correct to none of these " : "Correct ", element("kbd", {}, "C"));
  }

  #add(item, key, keys) {
    const toggle = () => this.on !== null && this.set.toggle(item.code);
    const title = `Switch ${item.name}`;
    const button = element(
      "button",
      { type: "button", title, "aria-pressed": "false", onclick: toggle },
      this.task.mark(item),
      key && element("kbd", {}, key.toUpperCase()),
    );
    this.buttons.set(item.code, button);
    if (key) keys.bind(key, title, toggle, { group: "Correct" });
  }
}
