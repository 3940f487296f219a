// A contact sheet of suggestions: what is sure enough is ticked, exceptions are clicked out, decisions apply at once.
// Only what was seen can be accepted: its picture is there, and was on the screen for a moment.
import { Emitter } from "../lib/events.js";

const MOST_ASKED = 1000; // rows in one answer of the server

export class Sheet extends Emitter {
  // sureness(item) -> 0..1, how sure the suggestion is of what the sheet looks at
  // Fires "change" when the cards are others, "tick" when ticks or what was seen changed, "returned" with items that
  // came back.
  constructor({ sureness = ({ confidence }) => confidence ?? 1, least = 0 } = {}) {
    super();
    Object.assign(this, { sureness, least });
    this.items = [];
    this.spare = []; // of the next sheet
    this.out = new Set(); // ids that were clicked out
    this.chosen = new Set(); // ids that were ticked by hand
    this.unticked = new Set(); // ids that came back, and are not ticked however sure
    this.seen = new Set(); // ids whose picture is there and was on the screen for a moment
    this.broken = new Set(); // ids whose picture could not be loaded
    this.later = new Set(); // ids left for later: not shown again in this pass
    this.decided = new Set(); // ids that the server may not have heard of yet
    this.current = 0;
    this.total = 0; // open suggestions that the filters let through
  }

  // What was clicked out and is there again stays clicked out: nobody accepts it unseen.
  fill(items, total, size) {
    const on = this.items[this.current]?.id;
    const open = items.filter(({ id }) => !this.later.has(id) && !this.decided.has(id));
    this.items = open.slice(0, size);
    this.spare = open.slice(size);
    const there = this.items.map(({ id }) => id);
    for (const set of this.#marks()) for (const id of set) if (!there.includes(id)) set.delete(id);
    this.current = Math.max(there.indexOf(on), 0);
    this.total = total;
    this.fire("change");
  }

  // The sheet stays; what comes after it is known anew.
  stock(items, total) {
    const here = new Set(this.items.map(({ id }) => id));
    this.spare = items.filter(({ id }) => !here.has(id) && !this.later.has(id) && !this.decided.has(id));
    this.total = total;
    this.fire("tick");
  }

  // Show what was fetched for the next sheet; false where nothing was.
  advance(size) {
    if (this.spare.length === 0) return false;
    this.items = this.spare.splice(0, size);
    this.current = 0;
    this.fire("change");
    return true;
  }

  // Cards beyond the window wait for a later sheet: what is accepted must have been seen.
  keep(count) {
    if (count >= this.items.length) return;
    const beyond = this.items.splice(count);
    for (const { id } of beyond) for (const set of [...this.#marks(), this.seen]) set.delete(id);
    this.spare.unshift(...beyond);
    this.fire("change");
  }

  // How many rows to ask for, so that this sheet and the next are full although some are left for later.
  asking(size) {
    return Math.min(2 * size + this.later.size + this.decided.size, MOST_ASKED);
  }

  // A picture that is there, and was on the screen for a moment
  see(id) {
    if (this.seen.has(id)) return;
    this.broken.delete(id);
    this.seen.add(id);
    this.fire("tick");
  }

  // A picture that could not be loaded, or is loaded anew: nobody sees it now
  lose(id, { broken = false } = {}) {
    this.seen.delete(id);
    this.broken.delete(id);
    if (broken) this.broken.add(id);
    this.fire("tick");
  }

  // "ticked", "out" (clicked out), or "unsure": less sure than the sheet states or given back, and not ticked by hand
  stateOf(item) {
    if (this.out.has(item.id)) return "out";
    if (this.chosen.has(item.id)) return "ticked";
    return this.sureness(item) >= this.least && !this.unticked.has(item.id) ? "ticked" : "unsure";
  }

  // Tick what is not, click out what is.
  toggle(id) {
    const at = this.items.findIndex((item) => item.id === id);
    if (at < 0) return;
    this.current = at;
    const ticked = this.stateOf(this.items[at]) === "ticked";
    this.out.delete(id);
    this.chosen.delete(id);
    (ticked ? this.out : this.chosen).add(id);
    this.fire("tick");
  }

  // Those clicked out are ticked and the other way round; what is too unsure to be ticked stays so.
  invert() {
    const ticked = this.ticked();
    for (const id of this.out) this.chosen.add(id);
    this.out = new Set(ticked.map(({ id }) => id));
    for (const id of this.out) this.chosen.delete(id);
    this.fire("tick");
  }

  // From which confidence cards are ticked; what was ticked by hand starts anew.
  state(least) {
    this.least = least;
    this.chosen.clear();
    this.fire("tick");
  }

  move(step) {
    this.current = Math.min(Math.max(this.current + step, 0), Math.max(this.items.length - 1, 0));
    this.fire("tick");
  }

  get focused() {
    return this.items[this.current] ?? null;
  }

  ticked() {
    return this.items.filter((item) => this.stateOf(item) === "ticked");
  }

  // What an acceptance speaks of: ticked, and seen
  acceptable() {
    return this.ticked().filter(({ id }) => this.seen.has(id));
  }

  // What cannot be accepted: { waiting: ticked cards that nobody has seen yet, broken: cards without a picture }
  unseen() {
    const broken = this.items.filter(({ id }) => this.broken.has(id)).length;
    const waiting = this.ticked().filter(({ id }) => !this.seen.has(id) && !this.broken.has(id)).length;
    return { waiting, broken };
  }

  // What a rejection speaks of: those clicked out, or else the focused one
  exceptions() {
    const out = this.items.filter(({ id }) => this.out.has(id));
    return out.length > 0 ? out : this.items.slice(this.current, this.current + 1);
  }

  // Take decided items off the sheet before the server has agreed.
  take(items) {
    const gone = new Set(items.map(({ id }) => id));
    const before = this.items.slice(0, this.current).filter(({ id }) => !gone.has(id)).length;
    this.items = this.items.filter(({ id }) => !gone.has(id));
    for (const id of gone) {
      for (const set of this.#marks()) set.delete(id);
      this.decided.add(id);
    }
    this.total -= gone.size;
    this.current = before;
    this.move(0);
    this.fire("change");
  }

  // Put back what the server refused or gave back, not ticked: nothing is decided about it a second time by one key.
  giveBack(items) {
    const known = new Set(this.items.map(({ id }) => id));
    const returned = items.filter(({ id }) => !known.has(id));
    const ids = new Set(returned.map(({ id }) => id));
    this.items = [...returned, ...this.items];
    this.spare = this.spare.filter(({ id }) => !ids.has(id));
    for (const id of ids) {
      this.unticked.add(id);
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
    this.spare = [];
    this.#clear();
  }

  #marks() {
    return [this.out, this.chosen, this.unticked];
  }

  #clear() {
    this.items = [];
    for (const set of [...this.#marks(), this.seen, this.broken]) set.clear();
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
