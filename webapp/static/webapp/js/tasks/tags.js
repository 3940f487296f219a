// Tags: several labels a tile, or none of them. Digits switch, Enter commits and goes on.
import { element } from "../lib/dom.js";
import { percent } from "../lib/format.js";
import { paintUnsaid, paintWith } from "../state/colouring.js";
import { readTagPoint, tagColour, tagPointWords, tagSpeaks } from "../state/tag_points.js";
import { taggerSentence, tagReasons } from "../state/tag_reasons.js";
import { tagWords } from "../state/tag_set.js";
import { describeState } from "../state/tile_words.js";
import { agreementNodes } from "./named/agreement.js";
import { scoreTable } from "./named/scores.js";
import { NamedTask } from "./named.js";
import { TagCorrector } from "./tags/corrector.js";
import { tagKey } from "./tags/key.js";
import { taggerTable } from "./tags/person.js";

const FIGURES = {
  recall: ["Found", "Of the tiles with this tag, the share that the model gives it (recall)"],
  precision: ["Right", "Of the tiles that the model gives this tag, the share that has it (precision)"],
  f1: ["F1", "Both in one figure: their harmonic mean"],
  ap: ["AP", "Average precision: how well its chances order the tiles, whatever the threshold"],
  area: ["Area", "The share of all tiles that have this tag, by audits"],
};
const TOGETHER = {
  done: "Answered",
  basis: "two people tagged without seeing each other's tags",
  borders: "when a tile has a tag",
};

const classRows = () => import("./named/rows.js"); // for the page of new projects alone

export default class Tags extends NamedTask {
  tour = () => import("./tags/tour.js");
  letters = ["n"];
  modes = { state: "State", tags: "Tags", confidence: "Confidence" };
  filterTitle = "Tag";
  countedNote = "Each tag of an audited tile counts as a yes or no; those of one tile together weigh one audit.";
  plural = "Tags";
  firstLabels = "Tag a few tiles: the model learns from those, and this page tells how well.";
  firstChecks = "Tags are checked here as soon as there are some tiles with a tag and some without it.";
  lacks = { rare_percent: "Needs one class for each tile.", compare_modalities: "Needs one class for each tile." };
  nothingSuspect = "Nobody disagrees, and the model contradicts none of the tags with confidence.";

  static async draft(holder) {
    const { classDraft } = await classRows();
    const names = ["Water", "Forest", "Road", "Buildings"];
    return classDraft(holder, names, { noun: "tag", nouns: "tags", fewest: 1 });
  }

  valueIn(said) {
    const value = said.value ?? {};
    return { tags: value.tags ?? [], unsure: value.unsure ?? [], chances: value.chances ?? {} };
  }

  text(said) {
    if (said.verdict && said.verdict !== "label") return super.text(said);
    return tagWords(this.valueIn(said), (code) => this.classOf(code)?.name ?? "a tag out of use");
  }

  nodes(said) {
    if (said.verdict && said.verdict !== "label") return [super.text(said)];
    const { tags, unsure } = this.valueIn(said);
    const marks = [...tags.map((code) => [code, ""]), ...unsure.map((code) => [code, "?"])];
    if (marks.length === 0) return ["none of these"];
    return marks.map(([code, sign]) => element("span", { class: "tag-mark" }, this.mark(this.classOf(code)), sign));
  }

  // How many of look-alikes have each tag
  summary(items) {
    const counts = new Map();
    for (const { tags } of items.map((item) => this.valueIn(item)))
      for (const code of tags.length ? tags : [null]) counts.set(code, (counts.get(code) ?? 0) + 1);
    const rows = [...counts].sort((one, other) => other[1] - one[1]);
    return rows.flatMap(([code, many]) => [
      ...(code === null ? [] : this.mark(this.classOf(code))),
      element("span", {}, code === null ? ` none of these ${many} ` : ` ${many} `),
    ]);
  }

  // A card has room for one name: several tags are told by their keys, which stand in the row of corrections too.
  card(said, code = null) {
    const items = this.valueIn(said).tags.map(this.classOf).filter(Boolean);
    const words = ({ name, hotkey, code: own }) => (items.length > 1 ? hotkey || own : name);
    const swatch = ({ colour }) => element("i", { class: "swatch", style: { "--colour": colour } });
    const rows = items.flatMap((item) => [swatch(item), words(item)]);
    return [element("span", { class: "tag-card" }, rows.length > 0 ? rows : "none"), this.sureness(said, code)];
  }

  sureness(said, code = null) {
    return code === null ? super.sureness(said) : percent(this.chanceOf(said, code));
  }

  sureFigure(said, code = null) {
    return code === null ? super.sureFigure(said) : this.chanceOf(said, code);
  }

  surely(said, code = null) {
    return super.surely(said, code) + (code === null ? "" : ` of ${this.classOf(code)?.name ?? "a tag out of use"}`);
  }

  // The model's chance of one tag, of those that were merged into it the most; 0 where it does not know the tag
  chanceOf(said, code) {
    const rows = Object.entries(this.valueIn(said).chances);
    return Math.max(
      0,
      ...rows.filter(([each]) => this.classOf(Number(each))?.code === code).map(([, chance]) => chance),
    );
  }

  // The chances stand beside the switches.
  suggested(said) {
    return [element("b", { class: "tag-marks" }, this.nodes(said)), ` ${percent(said.confidence)} `];
  }

  takes() {
    return ["Enter", "accepts all that is shown"];
  }

  async desk(page) {
    const { TagDesk } = await import("./tags/desk.js");
    return new TagDesk(this, page);
  }

  corrector(page) {
    return new TagCorrector(this, page).nodes;
  }

  // One colour, the first tag's; the sign names all of them by their keys.
  paint(tile, mode) {
    if (mode !== "tags") return super.paint(tile, mode);
    if (tile.state === "labelled") return paintWith(tile, { ...this.#look(tile.value ?? []), alpha: 0.65 });
    if (!tile.suggested_value) return paintWith(tile, paintUnsaid(tile));
    const { fill, sign } = this.#look(tile.suggested_value);
    return paintWith(tile, { fill, sign: `${sign}?`, alpha: 0.5, pattern: "hatch" });
  }

  #look(codes) {
    const items = codes.map(this.classOf).filter(Boolean);
    if (items.length === 0) return { fill: "#888888", sign: "–" };
    return { fill: items[0].colour, sign: items.map(({ hotkey, code }) => hotkey || code).join(" ") };
  }

  legend(mode) {
    if (mode !== "tags") return super.legend(mode);
    const rows = super.legend("class");
    const none = { title: "None of these", paint: { ...rows.at(-1).paint, pattern: null, fill: "#888888", sign: "–" } };
    return [...rows.slice(0, -1), none, rows.at(-1)];
  }

  describe(tile) {
    const words = (codes) => tagWords({ tags: codes }, (code) => this.classOf(code)?.name ?? "–");
    const suggested = tile.suggested_value && !tile.audit ? `${words(tile.suggested_value)}? ` : "";
    const chance = suggested && tile.confidence !== null ? percent(tile.confidence) : "";
    return describeState(tile, { said: words(tile.value ?? []), suggested: suggested + chance });
  }

  rightness(share) {
    return `Right on about ${share} of the tags that a tile has or is given`;
  }

  steadiness(level) {
    return super.steadiness(level).replace("agree", "agree on the likeliest tag");
  }

  readPoint(point, codes) {
    return readTagPoint(point, codes);
  }

  pointColour(point, mode, only) {
    return tagColour(point, mode, this.classOf(only));
  }

  pointSpeaks(point, mode, only) {
    return tagSpeaks(point, mode, only);
  }

  pointWords(point) {
    return tagPointWords(point, (code) => this.classOf(code)?.name ?? "a tag out of use");
  }

  firstPick(mode) {
    return this.pointPicks(mode)[0]?.code ?? null;
  }

  pointScale(mode, only) {
    const tag = this.classOf(only);
    return tag && this.pointPicks(mode).length > 0 ? tagKey(mode, tag) : null;
  }

  mistakes() {
    return null;
  }

  scores(result) {
    const rows = (result.scores ?? []).filter(({ code }) => this.classOf(code));
    const classes = rows.map(({ code }) => this.classOf(code));
    return { title: "Tag by tag", nodes: rows.length ? [scoreTable(classes, rows, FIGURES, "Tag")] : [] };
  }

  // One tag of a tile: given or not, and what speaks for the other answer
  suspect(item) {
    const tag = this.classOf(item.tag);
    const name = tag?.name ?? "a tag out of use";
    const has = Boolean(item.given);
    const words = has ? `with ${name}` : `without ${name}`;
    const other = has ? `Take ${name} off` : `Add ${name}`;
    return {
      about: `Tile ${item.index}: ${words}?`,
      given: ["Tagged", has ? this.mark(tag) : `without ${name}`],
      suggested: [item.kind === "people" ? "Others" : "Model", has ? `without ${name}` : this.mark(tag)],
      alike: has ? `Without ${name}` : `With ${name}`,
      sentences: tagReasons(item, name),
      keep: words,
      choicesTitle: "Or change this tag",
      choicesWords: "or",
      choices: [{ nodes: [other], key: "t", likely: true, answer: { label: item.tag } }],
    };
  }

  relabelKeys() {
    return [["t", "Change the tag in question"]];
  }

  agreement({ agreement }) {
    return agreementNodes(agreement, this.classOf, { words: TOGETHER, heading: "Tag" });
  }

  person(row, codes) {
    return { sentence: taggerSentence(row), nodes: [taggerTable(row, codes.map(this.classOf))] };
  }
}
