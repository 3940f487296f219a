// Masks: the classes of pixels, painted. The easel itself is loaded on the labelling page alone.
import { element } from "../lib/dom.js";
import { percent } from "../lib/format.js";
import { drawIndexed } from "../lib/indexed_image.js";
import { decodeGrey, fromBase64 } from "../lib/png.js";
import { paintedPersonSentence, paintNotes } from "../state/painted.js";
import { areaReasons } from "../state/reasons.js";
import { areaOutline } from "./masks/area_outline.js";
import { maskImage, maskOver } from "./masks/mask_image.js";
import { agreementNodes, personNodes } from "./named/agreement.js";
import { changeNodes } from "./named/change.js";
import { mistakeNodes } from "./named/mistakes.js";
import { openTile } from "./named/open_tile.js";
import { scoreTable } from "./named/scores.js";
import { relabelChoices } from "./named/suspects.js";
import { NamedTask } from "./named.js";

const FIGURES = {
  recall: ["Found", "Of the ground of this class, the share that the model names so (recall)"],
  precision: ["Right", "Of the ground that the model names so, the share that is of this class (precision)"],
  f1: ["F1", "Both in one figure: their harmonic mean"],
  iou: ["IoU", "What is of the class and named so, by what is either (intersection over union)"],
};
const PAINTED = {
  done: "Painted",
  unit: "Pixel by pixel on",
  basis: "two people painted without seeing each other's mask",
};
const OTHERS = { down: "others", across: "this person", unit: "tile" };

export default class Masks extends NamedTask {
  tour = () => import("./masks/tour.js");
  // The arrows move the cursor, Ctrl+Z undoes strokes, Space paints and Enter saves.
  keptKeys = ["ArrowLeft", "ArrowRight", "Ctrl+z", "Space"];
  letters = [..."depgmojkq"];
  paints = true;
  correctorWords = "is wrong:";
  lacks = { rare_percent: "Needs one class for each tile.", compare_modalities: "Needs one class for each tile." };
  noDoubt = "For masks, open the map: it shows how sure the published model is of each tile.";
  counted = "Random points of painted audits, counted in tiles: all points of a tile weigh one tile together,";
  countedNote =
    "Random painted points are looked at, and all of a tile weigh one audit together; a tile may have points in several columns.";
  nothingSuspect =
    "Nobody disagrees, and the model contradicts no larger piece of paint with confidence. It speaks of classes that three tiles or more have.";

  text(said) {
    const name = this.classOf(this.codeOf(said))?.name;
    return name ?? (said.verdict && said.verdict !== "label" ? super.text(said) : said.text || "a mask");
  }

  suggested(said) {
    const name = this.codeOf(said) === null ? ["mixed"] : this.nodes(said);
    return [element("b", { class: "class" }, name), ` ${percent(said.confidence)} `];
  }

  says() {
    return null;
  }

  takes(said) {
    return said.mask_url ? ["M", "takes its mask"] : null;
  }

  thumbnail({ value, mask, mask_url: address }, load) {
    const own = address ? null : (value?.mask ?? mask); // what the server stores is a name, what is unsent the mask
    if (!own && !address) return null;
    const canvas = element("canvas", { class: "mask-thumbnail" });
    const loading = own ? decodeGrey(fromBase64(own)) : load(address);
    loading.then(
      (image) => drawIndexed(canvas, image, this.palette),
      () => canvas.replaceWith("The mask could not be loaded."),
    );
    return canvas;
  }

  async desk(page) {
    const { Easel } = await import("./masks/desk.js");
    return new Easel(this, page);
  }

  overlay(said) {
    return said.mask_url ? maskOver(said.mask_url, this.palette) : null;
  }

  // A mask cannot be corrected by naming a class, but on its tile.
  corrector({ open }) {
    return [openTile(open)];
  }

  aboutWay(kind) {
    if (kind !== "pretrain") return "";
    return "The encoder goes on learning from your scenes without any label. Of masks that changes which tiles you are asked for; the pixels are told by statistics until the encoder is fine-tuned.";
  }

  mistakes(result, pictures) {
    const classes = result.codes.map(this.classOf).filter(Boolean);
    return { title: "What it takes for what", nodes: mistakeNodes(result.confusion, classes, this.counted, pictures) };
  }

  scores(result) {
    const classes = result.codes.map(this.classOf).filter(Boolean);
    return {
      title: "Class by class",
      nodes: result.scores?.length
        ? [...changeNodes(result.change, FIGURES), scoreTable(classes, result.scores, FIGURES)]
        : [],
    };
  }

  suspect(item, { maskOf, tilePx }) {
    const [given, suggested] = [this.classOf(item.given), this.classOf(item.suggested)];
    const figure = element(
      "figure",
      { class: "as-painted" },
      element("div", {}, maskImage(maskOf(item), this.palette), areaOutline(item.area, tilePx)),
      element("figcaption", { class: "faint" }, "The tile as it is painted, with the same outline"),
    );
    return {
      about: `Tile ${item.index}: ${given?.name ?? ""}, or ${suggested?.name ?? ""}?`,
      given: ["Painted", this.mark(given)],
      suggested: [item.kind === "people" ? "Also" : "Model", this.mark(suggested)],
      outline: areaOutline(item.area, tilePx),
      below: figure,
      alike: `Labelled ${suggested?.name ?? "so"}`,
      sentences: areaReasons(item, this.classOf),
      keep: "it as painted",
      choicesTitle: "Or repaint the outlined area",
      choicesWords: "or repaint the outlined area as",
      choices: relabelChoices(this, item, (code) => ({ label: code, area: item.area })),
    };
  }

  agreement({ agreement }) {
    const notes = paintNotes(agreement);
    return agreementNodes(agreement, this.classOf, { words: PAINTED, notes, column: "Tiles" });
  }

  person(row, codes) {
    const classes = codes.map(this.classOf).filter(Boolean);
    return personNodes(row, classes, { sentence: paintedPersonSentence, words: OTHERS });
  }
}
