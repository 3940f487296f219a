// Unfinished answers kept in the browser, one for each sample, so that a reload or a crash loses nothing. What a draft
// says is the kind's own: its work has draft() -> something for JSON, or null where there is nothing to keep.
import { Emitter } from "../lib/events.js";

const KEPT = 50;

export class Drafts extends Emitter {
  // Fires "full" (item) where the browser has no room for one.
  // `storage`: localStorage, or anything like it, `scope`: what sets this person and project apart
  constructor(storage, scope) {
    super();
    this.storage = storage;
    this.prefix = `terrascribe:draft:${scope}:`;
  }

  // What was left unfinished on a sample, or null. Never what was begun with the model's help on what is an audit now,
  // nor what an answer of one's own from elsewhere has overtaken.
  load(item) {
    const kept = this.#read(this.prefix + item.sample);
    const leaks = item.audit && !kept?.alone;
    const overtaken = item.mine && kept?.after !== null && kept?.after !== item.mine.annotation;
    if (kept?.draft && !leaks && !overtaken) return kept.draft;
    if (kept) this.drop(item);
    return null;
  }

  // Keep the work on a sample with every "step" of it.
  follow(item, work) {
    work.on("step", () => this.#keep(item, work.draft()));
    return work;
  }

  // Forget a sample's draft.
  drop({ sample }) {
    this.storage.removeItem(this.prefix + sample);
  }

  #keep(item, draft) {
    if (draft === null) return this.drop(item);
    const alone = Boolean(item.audit) || !item.suggestion;
    const after = item.mine ? item.mine.annotation : 0; // null: an answer that the server has not numbered yet
    if (!this.#save(item.sample, { at: Date.now(), alone, after, draft })) this.fire("full", item);
  }

  // Write it; say whether there was room.
  #save(sample, kept) {
    const text = JSON.stringify(kept);
    const others = this.#newestFirst().filter((key) => key !== this.prefix + sample);
    for (const key of others.splice(KEPT - 1)) this.storage.removeItem(key);
    for (;;) {
      try {
        this.storage.setItem(this.prefix + sample, text);
        return true;
      } catch {
        // The browser's store is full: an older draft gives way.
        if (!others.length) return false;
        this.storage.removeItem(others.pop());
      }
    }
  }

  #read(key) {
    try {
      return JSON.parse(this.storage.getItem(key));
    } catch {
      return null;
    }
  }

  #newestFirst() {
    const age = (key) => Number(/^\{"at":(\d+)/.exec(this.storage.getItem(key))?.[1] ?? 0);
    const keys = Object.keys(this.storage).filter((key) => key.startsWith(this.prefix));
    return keys.sort((a, b) => age(b) - age(a));
  }
}
