// The tags that somebody is giving a tile: chosen, left open ("cannot tell"), or none of them. Knows no document.
import { Emitter } from "../lib/events.js";

export class TagSet extends Emitter {
  #chosen = new Set();
  #open = new Set();
  #none = false; // "none of these" was said

  // Whether the person has done anything; until then what is shown is the model's.
  touched = false;

  // codes: the tags in use; chances: { code: probability } of the model's, or {} where it says nothing
  constructor(codes, { said = null, suggested = null, chances = {} } = {}) {
    super();
    this.codes = codes;
    this.chances = chances;
    this.suggested = suggested;
    this.#take(said ?? suggested ?? { tags: [] });
    this.#none = Boolean(said) && this.#chosen.size === 0 && this.#open.size === 0;
    this.touched = Boolean(said);
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
    this.#chosen = new Set(tags.filter((code) => this.codes.includes(code)));
    this.#open = new Set(unsure.filter((code) => this.codes.includes(code)));
  }

  #change(none = false) {
    this.#none = none;
    this.touched = true;
    this.fire("change");
  }
}

// { tags, unsure } in words: "Forest, Road; Water?" or "none of these"; nameOf(code) -> name
export function tagWords({ tags = [], unsure = [] }, nameOf) {
  const words = [...tags.map(nameOf), ...unsure.map((code) => `${nameOf(code)}?`)];
  return words.length ? words.join(", ") : "none of these";
}
