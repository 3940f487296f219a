// What kinds share whose labels name classes: names, colours and keys of classes in words, on maps and in filters.
import { element } from "../lib/dom.js";
import { paletteOf } from "../lib/indexed_image.js";
import { inUse } from "../state/classes.js";
import { classLegend, paintClass } from "../state/colouring.js";
import { classLookup } from "../state/project.js";
import { describeTile } from "../state/tile_words.js";
import { later } from "../ui/later.js";
import { Task } from "./task.js";

const classRows = () => import("./named/rows.js"); // for the page of new projects alone

export class NamedTask extends Task {
  firstLabels = "Label tiles of two classes: the model learns from those, and this page tells how well.";
  firstChecks = "Labels are checked here as soon as there are some of two classes.";
  listDialog = later(
    () => import("./named/list_dialog.js"),
    ({ ListDialog }) => ListDialog,
  );

  modes = { state: "State", class: "Class", confidence: "Confidence" };
  pointModes = { class: "Labels", work: "Work", predicted: "Model", confidence: "Confidence" };

  constructor(data) {
    super(data);
    this.classOf = classLookup(this.classes);
    this.inUse = inUse(this.classes);
    this.palette = paletteOf(this.classes.map((item) => ({ ...item, colour: this.classOf(item.code).colour })));
  }

  codeOf(said) {
    return said.value?.class ?? said.label ?? null;
  }

  text(said) {
    return this.classOf(this.codeOf(said))?.name ?? super.text(said);
  }

  nodes(said) {
    const item = this.classOf(this.codeOf(said));
    return item ? this.mark(item) : super.nodes(said);
  }

  card(said) {
    const item = this.classOf(this.codeOf(said));
    const mark = element("i", { class: "swatch", style: { "--colour": item?.colour ?? "transparent" } });
    return [mark, element("span", {}, item?.name ?? "No class"), this.sureness(said)];
  }

  // The part of the New-project page: -> { values() -> fields of the project, problem() -> a sentence or "" }
  static async draft(holder) {
    const { classDraft } = await classRows();
    const names = ["Open water", "Vegetation", "Bare ground", "Built-up"];
    return classDraft(holder, names, { noun: "class", nouns: "classes", fewest: 2 });
  }

  // Swatch and name of a class
  mark(item) {
    if (!item) return ["–"];
    return [element("i", { class: "swatch", style: { "--colour": item.colour } }), item.name];
  }

  relabelKeys() {
    return this.inUse.filter(({ hotkey }) => hotkey).map(({ hotkey, name }) => [hotkey, `Label it ${name}`]);
  }

  filters() {
    return this.inUse.map(({ code, name }) => [code, name]);
  }

  paint(tile, mode) {
    return mode === "class" ? paintClass(tile, this.classOf) : super.paint(tile, mode);
  }

  legend(mode) {
    return mode === "class" ? classLegend(this.classes) : super.legend(mode);
  }

  describe(tile) {
    return describeTile(tile, this.classOf);
  }

  pointColour(point, mode) {
    return this.classOf(pointCode(point, mode))?.colour ?? null;
  }

  pointSpeaks(point, mode, only) {
    const code = pointCode(point, mode);
    return code !== null && (only === null || code === only);
  }

  pointWords(point) {
    return { label: this.classOf(point.label)?.name ?? "", predicted: this.classOf(point.predicted)?.name ?? "" };
  }

  pointPicks(mode) {
    return ["class", "predicted"].includes(mode) ? this.inUse : [];
  }
}

function pointCode(point, mode) {
  return (mode === "class" ? point.label : point.predicted) ?? null;
}
