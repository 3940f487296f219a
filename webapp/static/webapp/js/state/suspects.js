// Labels to look at again: the list, the one on show, and what was decided. Knows no document.
import { Emitter } from "../lib/events.js";

export class Suspects extends Emitter {
  // Fires "change".
  constructor() {
    super();
    this.items = [];
    this.at = 0;
    this.decided = new Set(); // annotations; an older answer of the server may still name them
    this.done = []; // decisions that can be taken back, latest last: { item, putBack, saved }
  }

  get current() {
    return this.items[this.at] ?? null;
  }

  fill(items) {
    const shown = this.current?.annotation;
    this.items = items.filter(({ annotation }) => !this.decided.has(annotation));
    const place = this.items.findIndex(({ annotation }) => annotation === shown);
    this.at = place < 0 ? Math.min(this.at, Math.max(0, this.items.length - 1)) : place;
    this.fire("change");
  }

  show(at) {
    if (at < 0 || at >= this.items.length) return;
    this.at = at;
    this.fire("change");
  }

  move(by) {
    this.show(this.at + by);
  }

  // Take an item off the list -> a function that puts it back, for a decision that was refused.
  take(item) {
    const place = this.items.indexOf(item);
    this.decided.add(item.annotation);
    this.items = this.items.filter((other) => other !== item);
    this.at = Math.min(place, Math.max(0, this.items.length - 1));
    this.fire("change");
    return () => {
      this.decided.delete(item.annotation);
      if (!this.items.some(({ annotation }) => annotation === item.annotation)) this.items.splice(place, 0, item);
      this.at = this.items.findIndex(({ annotation }) => annotation === item.annotation);
      this.fire("change");
    };
  }

  // Decide on an item; `saved` is a promise of what the server stored, or of null where it refused.
  async decide(item, send) {
    const decision = { item, putBack: this.take(item), saved: null };
    this.done.push(decision);
    decision.saved = send();
    const stored = await decision.saved;
    if (!stored) this.done = this.done.filter((other) => other !== decision);
    this.fire("change");
    return { stored, putBack: decision.putBack };
  }

  // Take the latest decision back; `send` is given what the server stored. -> the item, or null
  async undo(send) {
    const decision = this.done.pop();
    const stored = await decision?.saved;
    if (!stored) return null;
    const taken = await send(stored);
    if (taken) decision.putBack();
    else this.fire("change");
    return taken ? decision.item : null;
  }
}
