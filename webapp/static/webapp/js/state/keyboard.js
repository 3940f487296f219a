// The keys of a person: what they press for the key that a page asks for. Keys trade places, so none is lost or doubled.
import { pageData } from "../lib/dom.js";
import { Emitter } from "../lib/events.js";

const KEPT = ["Escape", "Tab"]; // they close and lead on, wherever one is

export class Keyboard extends Emitter {
  // chosen: { key that a page asks for: key to press }, as the server keeps it
  constructor(chosen = {}) {
    super();
    this.chosen = new Map(Object.entries(chosen));
  }

  get plain() {
    return Object.fromEntries(this.chosen);
  }

  // The key to press for the one that a page asks for
  pressed(combo) {
    return this.chosen.get(combo) ?? combo;
  }

  // The key of the page that a press stands for
  asked(combo) {
    for (const [asked, pressed] of this.chosen) if (pressed === combo) return asked;
    return combo;
  }

  // Let a press stand for the page's key; what it stood for takes the other's place. -> the page's key that moved
  trade(combo, press) {
    if (KEPT.includes(press)) return null;
    const [other, before] = [this.asked(press), this.pressed(combo)];
    this.set({ ...this.plain, [combo]: press, [other]: before });
    return other;
  }

  set(chosen) {
    this.chosen = new Map(Object.entries(chosen).filter(([asked, pressed]) => asked !== pressed));
    this.fire("change", this.plain);
  }
}

export const keyboard = new Keyboard(globalThis.document ? (pageData("keys") ?? {}) : {});
