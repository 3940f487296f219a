// What the kinds share whose labels name single objects on a tile: in words, over pictures, on maps and in insights.
import { element } from "../lib/dom.js";
import { percent } from "../lib/format.js";
import { openTile } from "./named/open_tile.js";
import { NamedTask } from "./named.js";
import { OBJECT_KEYS } from "./objects/commands.js";
import { optionRows } from "./objects/options.js";
import { objectsOver } from "./objects/over.js";
import { countTable, mistakeStrips, objectTable } from "./objects/panels.js";
import { agreementWords, personWords, suspectOf } from "./objects/quality.js";
import { tally, thingsIn } from "./objects/value.js";

export class ObjectTask extends NamedTask {
  tour = () => import("./objects/tour.js");
  // Ctrl+Z undoes what was drawn, first of all.
  keptKeys = ["Ctrl+z"];
  letters = OBJECT_KEYS;
  paints = true;
  filterTitle = "Has";
  lacks = { rare_percent: "Needs one class for each tile.", compare_modalities: "Needs one class for each tile." };
  correctorWords = "is wrong:";
  noDoubt = "For objects, open the map: it shows how sure the published model is of each tile.";
  modes = { state: "State", class: "Commonest class", confidence: "Confidence" };
  pointModes = { class: "Labels", work: "Work", predicted: "Model", confidence: "Confidence" };
  firstLabels = "Label tiles with three objects in all: the model learns from those, and this page tells how well.";
  firstChecks = "Labels are checked here as soon as there are three objects on several tiles.";
  counted = "Objects on audits counted,";
  nothingSuspect = "Nobody disagrees, and the model contradicts no object with confidence.";

  // of: { entry, one, many, title, boxed }
  constructor(data, of) {
    super(data);
    const { threshold = 0.5, rotated = false } = this.options;
    const known = new Set(this.inUse.map(({ code }) => code));
    const codeOf = (code) => (known.has(this.classOf(code)?.code) ? this.classOf(code).code : null);
    this.objects = { ...of, threshold, rotated, codeOf, markOf: this.#markOf, side: data.project?.tile_px ?? 256 };
  }

  // Colour and sign of a class: its key, or its number in the list
  #markOf = (code) => {
    const item = this.classOf(code);
    const number = this.inUse.findIndex((each) => each.code === item?.code) + 1;
    return { colour: item?.colour ?? "#888888", sign: (item?.hotkey || String(number || "?")).toUpperCase() };
  };

  #counts(said) {
    const now = (thing) => ({ ...thing, class: this.classOf(thing.class)?.code ?? thing.class });
    return tally(thingsIn(said, this.objects.entry).map(now), this.objects.threshold);
  }

  text(said) {
    if (!said.value?.[this.objects.entry]) return super.text({ ...said, label: null, value: null });
    return (
      this.#counts(said)
        .map(([code, many]) => `${many} ${this.classOf(code)?.name ?? code}`)
        .join(", ") || "none"
    );
  }

  nodes(said) {
    if (!said.value?.[this.objects.entry]) return [super.text({ ...said, label: null, value: null })];
    const each = ([code, many]) => [`${many} `, ...this.mark(this.classOf(code)), " "];
    const told = this.#counts(said).flatMap(each);
    return told.length ? told : ["none"];
  }

  card(said) {
    return [element("span", {}, this.nodes(said)), this.sureness(said)];
  }

  takes() {
    return ["Enter", "saves what is shown"];
  }

  rightness(share) {
    return `Right about ${share} of the objects that it or people name`;
  }

  steadiness(level) {
    return `The last two models expect as many objects on ${percent(level)} of a fixed set of tiles; 98% counts as stable.`;
  }

  settings(holder) {
    const rows = optionRows(this.options, this.objects);
    const list = rows.flatMap(([title, text]) => [element("dt", {}, title), element("dd", {}, text)]);
    holder.querySelector("[data-ref=objects]").replaceChildren(...list);
  }

  overlay(said) {
    const things = thingsIn(said, this.objects.entry).filter(({ score = 1 }) => score >= this.objects.threshold);
    return things.length ? { node: objectsOver(things, this.objects), loading: Promise.resolve() } : null;
  }

  // Objects cannot be corrected by naming a class, but on their tile.
  corrector({ open }) {
    return [openTile(open)];
  }

  // Points of the insights page tell how many objects of each class: { code: number }
  readPoint(point) {
    return {
      ...point,
      label: commonest(point.label),
      predicted: commonest(point.predicted),
      given: point.label,
      expected: point.predicted,
    };
  }

  pointWords({ given, expected }) {
    return { label: this.#tallied(given), predicted: this.#tallied(expected) };
  }

  #tallied(counts) {
    if (!counts) return "";
    const pairs = Object.entries(counts).filter(([, many]) => many > 0);
    return pairs.map(([code, many]) => `${many} ${this.classOf(Number(code))?.name ?? code}`).join(", ") || "none";
  }

  mistakes({ mistakes = [] }, pictures) {
    return { title: "Seen in error, and overlooked", nodes: mistakeStrips(mistakes, this, pictures) };
  }

  scores(result) {
    const nodes = [
      ...(result.objects ? objectTable(result.objects, this) : []),
      ...(result.counted ? countTable(result.counted, this) : []),
    ];
    return { title: "Class by class", nodes };
  }

  suspect(item) {
    return suspectOf(item, this);
  }

  relabelKeys() {
    return [];
  }

  agreement({ agreement }) {
    return agreementWords(agreement, this);
  }

  person(row) {
    return { sentence: personWords(row, this), nodes: [] };
  }
}

function commonest(counts) {
  const [first] = Object.entries(counts ?? {}).sort(([, one], [, other]) => other - one);
  return first?.[1] > 0 ? Number(first[0]) : null;
}
