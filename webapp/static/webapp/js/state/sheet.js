// A contact sheet of suggestions: all are ticked at first, exceptions are clicked out, decisions apply at once.
import { Emitter } from "../lib/events.js";

const MOST_ASKED = 1000; // rows in one answer of the server

export class Sheet extends Emitter {
  // Fires "change" when the cards are others, "tick" when ticks moved, "returned" with items that came back.
  constructor() {
    super();
    this.items = [];
    this.out = new Set(); // ids that were clicked out
    this.later = new Set(); // ids left for later: not shown again in this pass
    this.decided = new Set(); // ids that the server may not have heard of yet
    this.current = 0;
    this.total = 0; // open suggestions that the filters let through
  }

  // What was clicked out and is there again stays clicked out: nobody accepts it unseen.
  fill(items, total, size) {
    const on = this.items[this.current]?.id;
    this.items = items.filter(({ id }) => !this.later.has(id) && !this.decided.has(id)).slice(0, size);
    const there = this.items.map(({ id }) => id);
    this.out = new Set(there.filter((id) => this.out.has(id)));
    this.current = Math.max(there.indexOf(on), 0);
    this.total = total;
    this.fire("change");
  }

  // Cards beyond the window wait for a later sheet: what is accepted must have been seen.
  keep(count) {
    if (count >= this.items.length) return;
    for (const { id } of this.items.splice(count)) this.out.delete(id);
    this.fire("change");
  }

  // How many rows to ask for, so that a sheet is full although some are left for later.
  asking(size) {
    return Math.min(size + this.later.size + this.decided.size, MOST_ASKED);
  }

  toggle(id) {
    const at = this.items.findIndex((item) => item.id === id);
    if (at >= 0) this.current = at;
    if (!this.out.delete(id)) this.out.add(id);
    this.fire("tick");
  }

  invert() {
    this.out = new Set(this.ticked().map(({ id }) => id));
    this.fire("tick");
  }

  move(step) {
    this.current = Math.min(Math.max(this.current + step, 0), Math.max(this.items.length - 1, 0));
    this.fire("tick");
  }

  ticked() {
    return this.items.filter(({ id }) => !this.out.has(id));
  }

  // What a rejection or a correction speaks of: those clicked out, or else the current one.
  exceptions() {
    const out = this.items.filter(({ id }) => this.out.has(id));
    return out.length > 0 ? out : this.items.slice(this.current, this.current + 1);
  }

  // Take decided items off the sheet before the server has agreed.
  take(items) {
    const gone = new Set(items.map(({ id }) => id));
    this.items = this.items.filter(({ id }) => !gone.has(id));
    for (const id of gone) {
      this.out.delete(id);
      this.decided.add(id);
    }
    this.total -= gone.size;
    this.move(0);
    this.fire("change");
  }

  // Put back what the server refused, clicked out, so that nobody accepts it unseen.
  giveBack(items) {
    const known = new Set(this.items.map(({ id }) => id));
    const returned = items.filter(({ id }) => !known.has(id));
    this.items = [...returned, ...this.items];
    for (const { id } of returned) {
      this.out.add(id);
      this.decided.delete(id);
    }
    this.total += returned.length;
    this.current = 0;
    this.fire("change");
    this.fire("returned", returned);
  }

  // The server knows of these now, and no longer lists them.
  settle(items) {
    for (const { id } of items) this.decided.delete(id);
  }

  leave() {
    for (const { id } of this.items) this.later.add(id);
    this.#clear();
  }

  // Begin a new pass, such as through other filters: no key reaches what was on the sheet before.
  startOver() {
    this.later.clear();
    this.#clear();
  }

  #clear() {
    this.items = [];
    this.out.clear();
    this.current = 0;
    this.fire("change");
  }
}

// Runs of neighbours in one cluster: [{ cluster, items }]
export function groupsOf(items) {
  const groups = [];
  for (const item of items) {
    const last = groups.at(-1);
    if (last?.cluster === item.cluster) last.items.push(item);
    else groups.push({ cluster: item.cluster, items: [item] });
  }
  return groups;
}
