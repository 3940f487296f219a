// The cards of a contact sheet: a picture, what is suggested in words, how sure that is, a tick.
import { element } from "../lib/dom.js";
import { withQuery } from "../lib/urls.js";
import { groupsOf } from "../state/sheet.js";
import { loaded, Sight } from "./sight.js";

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
    this.sight = new Sight({ see: (id) => sheet.see(id), lose: (id) => sheet.lose(id, { broken: true }) });
    sheet.on("change", () => this.draw());
    sheet.on("tick", () => this.mark());
    sheet.on("returned", (items) => this.flash(items));
  }

  draw() {
    const { items } = this.sheet;
    const before = this.cards;
    this.cards = new Map(items.map((item) => [item.id, before.get(item.id) ?? this.card(item)]));
    for (const [id, card] of before) if (!this.cards.has(id)) this.sight.forget(card.firstChild);
    const nodes = this.grouped()
      ? groupsOf(items).flatMap((group) => [this.heading(group), ...group.items.map(({ id }) => this.cards.get(id))])
      : [...this.cards.values()];
    this.holder.classList.toggle("pairs", this.paired());
    this.holder.replaceChildren(...nodes);
    this.mark();
  }

  // The pictures are others now: what was seen of the cards was not these.
  forget() {
    for (const [id, card] of this.cards) {
      this.sight.forget(card.firstChild);
      this.sheet.lose(id);
    }
    this.cards.clear();
  }

  // Load once more what could not be loaded.
  again() {
    for (const id of this.sheet.broken) {
      const card = this.cards.get(id);
      if (!card) continue;
      this.sight.forget(card.firstChild);
      this.cards.delete(id);
      this.sheet.lose(id);
    }
    this.draw();
  }

  // Have the pictures of the next sheet in the browser's store before it is asked for.
  prefetch(items) {
    for (const item of items) for (const address of this.addresses(item)) new Image().src = address;
  }

  // One picture, or the earlier and the later date of what changed.
  addresses(item) {
    const urls = item.date_urls?.length ? item.date_urls : [item.chip_url];
    return urls.map((url) => withQuery(url, this.style()));
  }

  heading({ items }) {
    const alike = items.length === 1 ? "One of a kind" : `${items.length} look-alikes`;
    return element("h2", {}, `${alike}: `, this.task.summary(items));
  }

  card(item) {
    const dates = this.addresses(item).map((src) => {
      const image = element("img", { src, alt: "", draggable: "false" });
      const over = this.task.overlay(item);
      return { node: element("span", { class: "date" }, image, over?.node), all: [loaded(image), over?.loading] };
    });
    const picture = element("span", { class: "picture" }, ...dates.map(({ node }) => node));
    if (item.assigned) picture.append(element("span", { class: "whose" }, item.assigned));
    picture.classList.toggle("pair", dates.length > 1);
    const code = this.chosen();
    const which = dates.length > 1 ? ", earlier and later" : "";
    const words = `Tile ${item.index}${which}: ${this.task.text(item)}, ${this.task.surely(item, code)}${item.assigned ? `, assigned to ${item.assigned}` : ""}`;
    const attributes = {
      type: "button",
      class: "card",
      role: "checkbox",
      title: words,
      "aria-label": words,
      onclick: () => this.sheet.toggle(item.id),
    };
    this.sight.watch(item.id, picture, Promise.all(dates.flatMap(({ all }) => all)));
    return element("button", attributes, picture, element("span", { class: "text" }, this.task.card(item, code)));
  }

  mark() {
    const current = this.sheet.focused;
    const active = document.activeElement;
    const focused = active === document.body || this.holder.contains(active);
    for (const item of this.sheet.items) {
      const card = this.cards.get(item.id);
      if (!card) continue;
      const here = item === current;
      const state = this.sheet.stateOf(item);
      card.setAttribute("aria-checked", String(state === "ticked" && !this.sheet.broken.has(item.id)));
      card.classList.toggle("out", state === "out");
      card.classList.toggle("unsure", state === "unsure");
      card.classList.toggle("broken", this.sheet.broken.has(item.id));
      card.classList.toggle("current", here);
      card.tabIndex = here ? 0 : -1;
      if (here && focused) card.focus();
    }
  }

  flash(items) {
    for (const { id } of items) this.cards.get(id)?.classList.add("returned");
  }

  paired() {
    return this.sheet.items.some(({ date_urls: dates }) => dates?.length);
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
    const height = this.paired() ? card / 2 : card; // two dates side by side
    const rows = Math.floor((this.holder.clientHeight - 2 * PADDING - HEADING) / (height + WORDS + GAP));
    return Math.max(columns * rows, FEWEST);
  }
}
