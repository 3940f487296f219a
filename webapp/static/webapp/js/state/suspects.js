// Labels to look at again: the list, the one on show, and why each is on it. Knows no document.
import { Emitter } from "../lib/events.js";
import { count, percent } from "../lib/format.js";

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

// Why an item is on the list -> sentences
export function reasonsOf(item, classOf) {
  const name = (code) => classOf(code)?.name ?? "a class out of use";
  if (item.kind === "people") {
    const votes = item.votes.map(({ code, people }) => `${name(code)} (${people})`).join(", ");
    return [
      `People gave it different classes: ${votes}.`,
      `Weighed by how alike they label, ${name(item.suggested)} is likeliest, with ${percent(item.other)}.`,
    ];
  }
  const given = `${name(item.given)} ${percent(item.own)}`;
  const model = `A model that has not seen this label gives ${given} and ${name(item.suggested)} ${percent(item.other)}.`;
  if (!item.near_suggested) return [model];
  const near = `Of the ${count(item.near, "labelled tile")} that look most like it, ${item.near_suggested}`;
  return [model, `${near} ${item.near_suggested === 1 ? "is" : "are"} ${name(item.suggested)}.`];
}

const LEVELS = [
  [0.8, "People agree well."],
  [0.667, "People agree fairly well: good enough for tentative conclusions."],
  [0, "People agree little: talk about where the classes end, and look at the disputed tiles together."],
  [-1, "People agree less than chance would: somebody may have the keys mixed up."],
];

const FEWEST = 10;

// Krippendorff's own thresholds (2004, p. 241)
export function agreementSentence({ samples, alpha }) {
  if (samples === 0) return "";
  if (samples < FEWEST) return `Answered twice so far: ${count(samples, "audit")}, too few to judge by.`;
  const basis = `On ${count(samples, "audit")} that two people answered without seeing each other's answer.`;
  const level = LEVELS.find(([least]) => alpha >= least)?.[1] ?? "";
  return `${level} ${basis}`.trim();
}

// The cells of a person's table off the diagonal, largest first: [{ row, column, count }]
export function differences(counts, most = 3) {
  const cells = counts.flatMap((row, at) => row.map((value, column) => ({ row: at, column, count: value })));
  const off = cells.filter(({ row, column, count: value }) => row !== column && value > 0);
  return off.sort((one, other) => other.count - one.count).slice(0, most);
}
