// What the pages ask of a kind of label. A kind overrides what is different for it; what is here suits most.
import { element } from "../lib/dom.js";
import { percent } from "../lib/format.js";
import { confidenceLegend, paintConfidence, paintState, stateLegend } from "../state/colouring.js";
import { describeState } from "../state/tile_words.js";

const VERDICTS = { skip: "skipped", unsure: "unsure", retract: "taken back" };

// `said` is what somebody or a model says of a sample: { verdict, value, text, label, mask_url, confidence, ... }
export class Task {
  // The labelling page: keys that the desk keeps for itself, letters of its commands, whether the pointer paints.
  keptKeys = [];
  letters = [];
  listDialog = null; // where labels name classes: hands the dialog for a list of them to whom it is given
  paints = false;
  // What colours tiles on the map, { mode: title }, and points on the insights page
  modes = { state: "State", confidence: "Confidence" };
  pointModes = { work: "Work", confidence: "Confidence" };
  // The review page: what the first filter is about, and orders besides those that all kinds have, [[value, title]]
  filterTitle = "Class";
  plural = "Classes";
  orders = [];
  // Options of the project that say nothing for this kind, { field: why }
  lacks = {};
  // Where the map of doubt says nothing for this kind: why
  noDoubt = "";
  // What to label before the model can learn, and before labels can be checked
  firstLabels = "Label a few tiles: the model learns from those, and this page tells how well.";
  firstChecks = "Labels are checked here as soon as there are some.";
  // A note on what is counted in sentences about the model
  counted = "Audits counted,";
  countedNote = "";

  constructor({ task, classes }) {
    this.options = task.options ?? {};
    this.classes = classes ?? [];
  }

  // The part of the New-project page: -> { values() -> fields of the project, problem() -> a sentence or "" }
  static draft(_holder) {
    return { values: () => ({}), problem: () => "" };
  }

  // The settings page: fills what the kind's template has there
  settings(_holder) {}

  // In words, and drawn
  text(said) {
    return said.text || VERDICTS[said.verdict] || "–";
  }

  nodes(said) {
    return [this.text(said)];
  }

  // The same of an own answer, or null where there is nothing to add to "you labelled it"
  says(mine) {
    return this.nodes(mine);
  }

  // How sure a suggestion is; of one class alone (its code) where the review page looks at that
  sureness({ confidence }, _code = null) {
    return percent(confidence);
  }

  // The same as a figure, 0..1: below what the review page states, a card is not ticked
  sureFigure({ confidence }, _code = null) {
    return confidence;
  }

  surely(said, code = null) {
    return `${this.sureness(said, code)} sure`;
  }

  // What a suggestion says with how sure it is, for the labelling page, and which key does what with it
  suggested(said) {
    return [element("b", { class: "class" }, this.nodes(said)), ` ${this.sureness(said)} `];
  }

  takes() {
    return ["Enter", "accepts"];
  }

  // The guided tour: () => promise of a module whose default is (task, keyOf) => { answer, undo, sure }, see
  // label/tour_steps.js
  tour = null;

  // A picture of what was said, or null; load(address) -> promise of { pixels, width, height }
  thumbnail(_said, _load) {
    return null;
  }

  // The labelling page's half: -> { load(item), clear(), prefetch(items) }
  // page: { commands, keys, keyOf, labelling, stage, shelf, drafts }
  async desk(_page) {
    throw new Error("A kind of label needs a desk.");
  }

  // What stands below a card's picture on the review page; code: of the class that is looked at, or null
  card(said, code = null) {
    return [element("span", {}, this.nodes(said)), this.sureness(said, code)];
  }

  // Review: what the first filter offers, [[value, title]]; what lies over a picture, { node, loading: promise } or null;
  // many answers in one heading
  filters() {
    return [];
  }

  overlay(_said) {
    return null;
  }

  summary(items) {
    const counts = new Map();
    for (const item of items) {
      const text = this.text(item);
      counts.set(text, { item, many: (counts.get(text)?.many ?? 0) + 1 });
    }
    const rows = [...counts.values()].sort((one, other) => other.many - one.many);
    return rows.flatMap(({ item, many }) => [...this.nodes(item).flat(), rows.length > 1 ? ` ${many} ` : ""]);
  }

  // Nodes that say what the focused card is instead: correct(value); current() -> the item that it is about; open():
  // its tile on the label page; and what stands before them
  correctorWords = "is rather";

  corrector(_page) {
    return [];
  }

  // The map: how a tile is painted, the legend as [{ title, paint }], and its words { title, text, colour }
  paint(tile, mode) {
    return mode === "confidence" ? paintConfidence(tile) : paintState(tile);
  }

  legend(mode) {
    return mode === "confidence" ? confidenceLegend() : stateLegend();
  }

  describe(tile) {
    return describeState(tile);
  }

  // How right the model is, in words; share: a percentage
  rightness(share) {
    return `Right on about ${share} of the ground`;
  }

  // How far the last two models agree, 0..1, in words
  steadiness(level) {
    return `The last two models agree with a kappa of ${level.toFixed(2)} on a fixed set of tiles; 0.98 counts as stable.`;
  }

  // Points of the insights page: what the server told of one; codes: of the classes in use
  readPoint(point, _codes) {
    return point;
  }

  // only: the code of the class that was picked out of the legend, or null
  pointColour(_point, _mode, _only) {
    return null;
  }

  pointSpeaks(_point, _mode, _only) {
    return false;
  }

  pointWords(_point) {
    return { label: "", predicted: "" };
  }

  // What the legend of a mode offers to pick out, and which of that is picked at first (a code, or null for all)
  pointPicks(_mode) {
    return [];
  }

  firstPick(_mode) {
    return null;
  }

  // Further nodes of the legend: a scale of colours, or what the colours mean
  pointScale(_mode, _only) {
    return null;
  }

  // Insights sections: { title, nodes } or null where there is nothing of that
  mistakes(_result, _pictures) {
    return null;
  }

  scores(_result) {
    return null;
  }

  // What it says of a way to make the model better, or "" for what is said of it anyway
  aboutWay(_kind) {
    return "";
  }

  // Quality: a label to look at again -> { about, given: [who, nodes], suggested: [who, nodes], sentences, keep: words,
  // choicesTitle, choicesWords, choices: [{ nodes, key, answer, likely }] } and, where there is such a thing, outline and
  // below (nodes on and under the picture), alike (title), other(relabel) -> node
  suspect(_item, _looks) {
    throw new Error("A kind of label needs words for a likely mistake.");
  }

  // Keys that the choices of any such label may have, [[key, title]]
  relabelKeys() {
    return [];
  }

  nothingSuspect = "Nobody disagrees, and the model contradicts no label with confidence.";

  // How far people agree: nodes for the panel of all, and for one person's row
  agreement(_result) {
    return [];
  }

  person(_row, _codes) {
    return { sentence: "", nodes: [] };
  }
}
