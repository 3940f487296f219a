// What is drawn on one tile: a list of objects, the selected one, and the way back. Fires "change", and "step" when the
// list itself became another. An object: { id, class, x, y, width, height, angle, score, by }, where `by` is "own",
// "model" (suggested and untouched: it is saved) or "ghost" (a guess that is saved only if it is taken).
import { Emitter } from "../../lib/events.js";
import { moved } from "./geometry.js";

const MOST_STEPS = 200;
const AWAY = 3; // px, that a copy lies beside what it is copied from

export class Drawn extends Emitter {
  #past = [];
  #future = [];
  #before = null; // the list before what is being dragged
  #next = 1;

  // things: what it starts from, each with its `by`; side: of the tile, px
  constructor(things, { side, code, draft = null }) {
    super();
    Object.assign(this, { side, code, selected: null });
    this.things = (draft?.things ?? things).map((thing) => ({ ...thing, id: this.#next++ }));
    this.touched = Boolean(draft);
  }

  get current() {
    return this.things.find(({ id }) => id === this.selected) ?? null;
  }

  get kept() {
    return this.things.filter(({ by }) => by !== "ghost");
  }

  get ghosts() {
    return this.things.filter(({ by }) => by === "ghost");
  }

  // How many of each class would be saved: Map of code -> number
  counts() {
    const counts = new Map();
    for (const { class: code } of this.kept) counts.set(code, (counts.get(code) ?? 0) + 1);
    return counts;
  }

  draft() {
    return this.touched ? { things: this.things.map(({ id: _id, ...thing }) => thing) } : null;
  }

  select(id) {
    if (id === this.selected) return;
    this.selected = id;
    this.fire("change");
  }

  // The one that comes `by` after the selected one in reading order; null: there is none
  neighbour(by) {
    const ordered = [...this.things].sort((one, other) => one.y - other.y || one.x - other.x);
    const at = ordered.findIndex(({ id }) => id === this.selected);
    if (at < 0) return (by > 0 ? ordered[0] : ordered.at(-1)) ?? null;
    return ordered[at + by] ?? null;
  }

  step(by) {
    const next = this.neighbour(by);
    if (next) this.select(next.id);
  }

  // The class of the next object; of the selected one, too
  choose(code) {
    this.code = code;
    if (this.current && this.current.class !== code) this.alter({ class: code });
    else this.fire("change");
  }

  add(place) {
    const thing = { ...place, class: this.code, by: "own", id: this.#next++ };
    this.#write([...this.things, thing], thing.id);
    return thing;
  }

  // Change the selected one: what a person touched is theirs.
  alter(change) {
    if (!this.current) return;
    this.#write(this.#altered(change), this.selected);
  }

  remove() {
    if (!this.current) return;
    const next = this.neighbour(1) ?? this.neighbour(-1);
    this.#write(
      this.things.filter(({ id }) => id !== this.selected),
      next?.id ?? null,
    );
  }

  duplicate() {
    const { current, side } = this;
    if (!current) return;
    const { score: _score, ...place } = current;
    const [dx, dy] = [current.x, current.y].map((at) => (at > side / 2 ? -AWAY : AWAY));
    const thing = { ...moved(place, dx, dy, side), by: "own", id: this.#next++ };
    this.#write([...this.things, thing], thing.id);
  }

  // Take the selected guess, or the surest one; or all of them. Say whether there was one.
  take() {
    const { current, ghosts } = this;
    const wanted = current?.by === "ghost" ? current : ghosts.sort((one, other) => other.score - one.score)[0];
    if (!wanted) return false;
    this.#write(this.#owned([wanted.id]), wanted.id);
    return true;
  }

  takeAll() {
    const { ghosts } = this;
    if (ghosts.length) this.#write(this.#owned(ghosts.map(({ id }) => id)), this.selected);
    return ghosts.length > 0;
  }

  clear() {
    if (this.things.length) this.#write([], null);
  }

  // Dragging: begin(), preview(change) as often as wanted, and end(), which is one step back; since: the list before the
  // newest step, of which the drag is a part.
  begin(since = null) {
    if (since) this.#past.pop();
    this.#before = since ?? this.things;
  }

  preview(change) {
    this.things = this.#altered(change);
    this.fire("change");
  }

  end() {
    const before = this.#before;
    this.#before = null;
    if (before && before !== this.things) this.#keep(before);
  }

  undo() {
    return this.#go(this.#past, this.#future);
  }

  redo() {
    return this.#go(this.#future, this.#past);
  }

  #altered(change) {
    return this.things.map((thing) => (thing.id === this.selected ? { ...thing, ...change, by: "own" } : thing));
  }

  #owned(ids) {
    return this.things.map((thing) => (ids.includes(thing.id) ? { ...thing, by: "own" } : thing));
  }

  #write(things, selected) {
    const before = this.things;
    Object.assign(this, { things, selected });
    this.#keep(before);
  }

  #keep(before) {
    this.#past = [...this.#past.slice(1 - MOST_STEPS), before];
    this.#future = [];
    this.#told();
  }

  #go(from, to) {
    const things = from.pop();
    if (!things) return false;
    to.push(this.things);
    this.things = things;
    if (!this.current) this.selected = null;
    this.#told();
    return true;
  }

  #told() {
    this.touched = true;
    this.fire("change");
    this.fire("step");
  }
}
