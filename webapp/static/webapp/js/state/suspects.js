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
  if (item.area) return [areaReason(item, name)];
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

function areaReason({ kind, share, votes, given, suggested, own, other }, name) {
  const part = share > 0 && share < 0.01 ? "less than 1%" : percent(share);
  if (kind === "people") {
    const said = votes.map(({ code, people }) => `${name(code)} (${people})`).join(", ");
    return `People painted the outlined area, ${part} of the paint, differently: ${said}.`;
  }
  const chances = `${name(given)} ${percent(own)} and ${name(suggested)} ${percent(other)}`;
  return `A model that has not seen this tile gives the outlined area, ${part} of the paint, ${chances}.`;
}

const LEVELS = [
  [0.8, "People agree well."],
  [0.667, "People agree fairly well: good enough for tentative conclusions."],
  [0, "People agree little: talk about where the classes end, and look at the disputed tiles together."],
  [-1, "People agree less than chance would: somebody may have the keys mixed up."],
];

const FEWEST = 10;

// Krippendorff's own thresholds (2004, p. 241)
export function agreementSentence({ samples, alpha, common }) {
  const masks = common !== undefined;
  if (samples === 0) return "";
  if (samples < FEWEST)
    return `${masks ? "Painted" : "Answered"} twice so far: ${count(samples, "audit")}, too few to judge by.`;
  const basis = masks
    ? `Pixel by pixel on ${count(samples, "audit")} that two people painted without seeing each other's mask.`
    : `On ${count(samples, "audit")} that two people answered without seeing each other's answer.`;
  const level = LEVELS.find(([least]) => alpha >= least)?.[1] ?? "";
  return `${level} ${basis}`.trim();
}

// What the figures of masks are made of -> sentences
export function maskNotes({ common }) {
  if (common === undefined) return [];
  return [
    `Only what both painted is compared: ${percent(common)} of what either did. All pixels of a tile weigh one tile together.`,
    "Masks are not fused into one as single answers are: the pixels of a mask are one decision, and the model behind that would take a slip of the brush for a thousand proofs. What people painted differently is listed for you to decide.",
  ];
}

// How a person's answers differ from those beside them -> the words after the name
export function personSentence({ counts, tiles }, nameOf) {
  const total = counts.flat().reduce((sum, value) => sum + value, 0);
  const same = counts.reduce((sum, row, at) => sum + row[at], 0);
  const [first] = differences(counts, 1);
  if (tiles === undefined) {
    const most = first ? `, most often ${nameOf(first.column)} for ${nameOf(first.row)} (${first.count})` : "";
    return `says the same as all together on ${same} of ${count(total, "tile")}${most}`;
  }
  const otherwise = first ? `; else most often ${nameOf(first.column)} where they paint ${nameOf(first.row)}` : "";
  return `paints as the others do on ${percent(same / total)} of what both painted, on ${count(tiles, "tile")}${otherwise}`;
}

// The cells of a person's table off the diagonal, largest first: [{ row, column, count }]
export function differences(counts, most = 3) {
  const cells = counts.flatMap((row, at) => row.map((value, column) => ({ row: at, column, count: value })));
  const off = cells.filter(({ row, column, count: value }) => row !== column && value > 0);
  return off.sort((one, other) => other.count - one.count).slice(0, most);
}
