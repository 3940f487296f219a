// The cards of a contact sheet: a picture, what is suggested in words, how sure that is, a tick.
import { element } from "../lib/dom.js";
import { withQuery } from "../lib/urls.js";
import { groupsOf } from "../state/sheet.js";

// px, as in review.css
const PADDING = 14;
const GAP = 8;
const HEADING = 26;
const WORDS = 24;
const FEWEST = 12; // on the smallest window: then it scrolls

export class ContactSheet {
  // style() -> query of the pictures; grouped() -> whether look-alikes get headings; chosen() -> the code of the class
  // that is looked at, or null
  constructor(holder, sheet, { task, style, grouped, chosen }) {
    Object.assign(this, { holder, sheet, task, style, grouped, chosen });
    this.cards = new Map(); // suggestion id -> button
    sheet.on("change", () => this.draw());
    sheet.on("tick", () => this.mark());
    sheet.on("returned", (items) => this.flash(items));
  }

  draw() {
    const { items } = this.sheet;
    this.cards = new Map(items.map((item) => [item.id, this.cards.get(item.id) ?? this.card(item)]));
    const nodes = this.grouped()
      ? groupsOf(items).flatMap((group) => [this.heading(group), ...group.items.map(({ id }) => this.cards.get(id))])
      : [...this.cards.values()];
    this.holder.replaceChildren(...nodes);
    this.mark();
  }

  forget() {
    this.cards.clear();
  }

  heading({ items }) {
    const alike = items.length === 1 ? "One of a kind" : `${items.length} look-alikes`;
    return element("h2", {}, `${alike}:`, this.task.summary(items));
  }

  card(item) {
    const image = element("img", { src: withQuery(item.chip_url, this.style()), alt: "", draggable: "false" });
    const picture = element("span", { class: "picture" }, image, this.task.overlay(item));
    const code = this.chosen();
    const words = `Tile ${item.index}: ${this.task.text(item)}, ${this.task.surely(item, code)}`;
    const attributes = {
      type: "button",
      class: "card",
      role: "checkbox",
      title: words,
      "aria-label": words,
      onclick: () => this.sheet.toggle(item.id),
    };
    return element("button", attributes, picture, element("span", { class: "text" }, this.task.card(item, code)));
  }

  mark() {
    const current = this.sheet.items[this.sheet.current];
    const active = document.activeElement;
    const focused = active === document.body || this.holder.contains(active);
    for (const [id, card] of this.cards) {
      const here = id === current?.id;
      card.setAttribute("aria-checked", !this.sheet.out.has(id));
      card.classList.toggle("current", here);
      card.tabIndex = here ? 0 : -1;
      if (here && focused) card.focus();
    }
  }

  flash(items) {
    for (const { id } of items) this.cards.get(id)?.classList.add("returned");
  }

  columns() {
    return getComputedStyle(this.holder).gridTemplateColumns.split(" ").length;
  }

  // How many of the drawn cards are wholly in the window; the first row always counts.
  visible() {
    const bottom = this.holder.getBoundingClientRect().bottom;
    const hidden = [...this.cards.values()].findIndex((card) => card.getBoundingClientRect().bottom > bottom);
    return hidden < 0 ? this.cards.size : Math.max(hidden, this.columns());
  }

  // How many cards the window holds without scrolling, with one heading.
  capacity() {
    const columns = this.columns();
    const card = (this.holder.clientWidth - 2 * PADDING) / columns - GAP;
    const rows = Math.floor((this.holder.clientHeight - 2 * PADDING - HEADING) / (card + WORDS + GAP));
    return Math.max(columns * rows, FEWEST);
  }
}
