// The tags that somebody is giving a tile: chosen, left open ("cannot tell"), or none of them. Knows no document.
import { Emitter } from "../lib/events.js";

export class TagSet extends Emitter {
  #chosen = new Set();
  #open = new Set();
  #none = false; // "none of these" was said

  // Whether the person has done anything; until then what is shown is the model's.
  touched = false;

  // codes: the tags in use; chances: { code: probability } of the model's, or {} where it says nothing; draft: what was
  // left unfinished, or null
  constructor(codes, { said = null, suggested = null, chances = {}, draft = null } = {}) {
    super();
    this.codes = codes;
    this.chances = chances;
    this.suggested = suggested;
    this.#take(said ?? suggested ?? { tags: [] });
    this.#none = Boolean(said) && this.#chosen.size === 0 && this.#open.size === 0;
    this.touched = Boolean(said);
    if (draft) this.#resume(draft);
  }

  // What is kept of it in the browser, or null where the person has done nothing
  draft() {
    if (!this.touched) return null;
    return { tags: this.#inOrder(this.#chosen), unsure: this.#inOrder(this.#open), none: this.#none };
  }

  // "on", "open" or "off", and whether that is only what the model would say
  stateOf(code) {
    const state = this.#open.has(code) ? "open" : this.#chosen.has(code) ? "on" : "off";
    return { state, ghost: !this.touched && this.suggested !== null };
  }

  get none() {
    return this.#none;
  }

  toggle(code) {
    const on = !this.#chosen.delete(code);
    this.#open.delete(code);
    if (on) this.#chosen.add(code);
    this.#change();
  }

  // Say that this one tag cannot be told, or take that back.
  doubt(code) {
    const open = !this.#open.delete(code);
    this.#chosen.delete(code);
    if (open) this.#open.add(code);
    this.#change();
  }

  sayNone() {
    this.#chosen.clear();
    this.#open.clear();
    this.#change(true);
  }

  // What is sent, or null where nothing was said and nothing is shown that could be accepted
  value() {
    const said = this.touched ? this.#none || this.#chosen.size + this.#open.size > 0 : this.suggested !== null;
    return said ? { tags: this.#inOrder(this.#chosen), unsure: this.#inOrder(this.#open) } : null;
  }

  #inOrder(set) {
    return this.codes.filter((code) => set.has(code));
  }

  // Tags out of use are left out: the server would refuse them.
  #take({ tags = [], unsure = [] }) {
    this.#chosen = new Set(this.codes.filter((code) => tags.includes(code)));
    this.#open = new Set(this.codes.filter((code) => unsure.includes(code)));
  }

  #resume({ tags, unsure, none }) {
    if (![tags, unsure].every(Array.isArray)) return;
    this.#take({ tags, unsure });
    this.#none = none === true && this.#chosen.size + this.#open.size === 0;
    this.touched = true;
  }

  #change(none = false) {
    this.#none = none;
    this.touched = true;
    this.fire("change");
    this.fire("step");
  }
}

// { tags, unsure } in words: "Forest, Road; Water?" or "none of these"; nameOf(code) -> name
export function tagWords({ tags = [], unsure = [] }, nameOf) {
  const words = [...tags.map(nameOf), ...unsure.map((code) => `${nameOf(code)}?`)];
  return words.length ? words.join(", ") : "none of these";
}
