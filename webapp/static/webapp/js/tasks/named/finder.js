// The field that finds a class by typing: it takes the place of the list's title, so that nothing moves.
import { element } from "../../lib/dom.js";
import { count } from "../../lib/format.js";
import { meantBy } from "../../state/class_find.js";

export class Finder {
  #item = null; // the class that Enter takes
  #matching = [];
  #open = false;

  // list: the <ol>, each class an <li data-code> in it; choose(code)
  constructor({ list, title, classes, choose }) {
    Object.assign(this, { list, title, classes, choose });
    this.field = element("input", {
      type: "search",
      class: "find-class",
      placeholder: "Find a class",
      "aria-label": "Find a class by its name or group",
      "aria-controls": list.id,
      autocomplete: "off",
      spellcheck: "false",
      oninput: () => this.filter(),
      onkeydown: (event) => this.#press(event),
      onblur: () => this.close(),
    });
    this.told = element("span", { class: "hidden-text", role: "status" });
    list.addEventListener("click", () => this.close());
  }

  open() {
    if (this.#open) return this.field.focus();
    this.#open = true;
    this.field.value = "";
    this.list.style.height = `${this.list.offsetHeight}px`;
    this.title.append(this.field, this.told);
    this.filter();
    this.field.focus();
  }

  close() {
    if (!this.#open) return;
    this.#open = false; // going away blurs the field, too
    this.#mark([...this.classes], null);
    this.list.style.height = "";
    this.told.remove();
    this.field.remove();
  }

  filter() {
    const { matching, first } = meantBy(this.field.value, this.classes);
    this.#mark(matching, first);
    const none = this.field.value.trim() && matching.length === 0;
    this.field.setAttribute("aria-invalid", String(Boolean(none)));
    this.told.textContent = first
      ? `${count(matching.length, "class", "classes")}; Enter takes ${first.name}.`
      : none
        ? "No class has this in its name or group."
        : "";
  }

  // Show the matching classes alone, with the headings of their groups.
  #mark(matching, first) {
    this.#matching = matching;
    this.#item = first;
    const codes = new Set(matching.map(({ code }) => String(code)));
    const groups = new Set(matching.map(({ group }) => group));
    for (const row of this.list.children) {
      const { code, group } = row.dataset;
      row.hidden = code ? !codes.has(code) : !groups.has(group);
      row.classList.toggle("meant", Boolean(first) && code === String(first.code));
    }
    this.list.querySelector(".meant")?.scrollIntoView({ block: "nearest" });
  }

  #press(event) {
    const { key } = event;
    if (!["Enter", "Escape", "ArrowDown", "ArrowUp", "Tab"].includes(key) || event.isComposing) return;
    event.preventDefault();
    event.stopPropagation();
    const item = this.#item;
    if (key === "ArrowDown" || key === "ArrowUp") this.#step(key === "ArrowDown" ? 1 : -1);
    else if (key !== "Enter") this.close();
    else if (item) {
      this.close();
      this.choose(item.code);
    }
  }

  #step(by) {
    const all = this.#matching;
    const at = all.indexOf(this.#item);
    const to = at < 0 ? (by > 0 ? 0 : all.length - 1) : (at + by + all.length) % all.length;
    if (all.length) this.#mark(all, all[to]);
  }
}
