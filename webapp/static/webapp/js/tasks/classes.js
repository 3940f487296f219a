// Classes: one class a tile. One key labels a tile and goes on.
import { byId, element } from "../lib/dom.js";
import { classKeysBeside } from "../state/corrections.js";
import { tileReasons } from "../state/reasons.js";
import { agreementNodes, personNodes } from "./named/agreement.js";
import { changeNodes } from "./named/change.js";
import { addFind } from "./named/find_class.js";
import { mistakeNodes } from "./named/mistakes.js";
import { Palette } from "./named/palette.js";
import { scoreTable } from "./named/scores.js";
import { relabelChoices } from "./named/suspects.js";
import { NamedTask } from "./named.js";

const FIGURES = {
  recall: ["Found", "Of the tiles of this class, the share that the model names so (recall)"],
  precision: ["Right", "Of the tiles that the model names so, the share that is of this class (precision)"],
  f1: ["F1", "Both in one figure: their harmonic mean"],
};

export default class Classes extends NamedTask {
  tour = () => import("./named/tour.js");

  async desk(page) {
    return new ClassDesk(this, page);
  }

  corrector({ keys, reserved, correct }) {
    const rows = classKeysBeside(this.inUse, reserved);
    for (const { item, key } of rows) {
      if (key) keys.bind(key, `Correct to ${item.name}`, () => correct({ class: item.code }), { group: "Correct" });
    }
    const buttons = rows.map(({ item, key }) =>
      element(
        "button",
        { type: "button", title: `Correct to ${item.name}`, onclick: () => correct({ class: item.code }) },
        this.mark(item),
        key && element("kbd", {}, key.toUpperCase()),
      ),
    );
    return buttons;
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

  suspect(item) {
    return {
      about: `Tile ${item.index}: ${this.classOf(item.given)?.name ?? ""}, or ${this.classOf(item.suggested)?.name ?? ""}?`,
      given: ["Label", this.mark(this.classOf(item.given))],
      suggested: [item.kind === "people" ? "Together" : "Model", this.mark(this.classOf(item.suggested))],
      alike: `Labelled ${this.classOf(item.suggested)?.name ?? "so"}`,
      sentences: tileReasons(item, this.classOf),
      keep: this.classOf(item.given)?.name ?? "it",
      choicesTitle: "Or label it",
      choicesWords: "or",
      choices: relabelChoices(this, item, (code) => ({ value: { class: code } })),
    };
  }

  agreement({ agreement }) {
    return agreementNodes(agreement, this.classOf);
  }

  person(row, codes) {
    return personNodes(row, codes.map(this.classOf).filter(Boolean));
  }
}

class ClassDesk {
  constructor(task, { commands, keys, keyOf, labelling }) {
    const choose = (code) => labelling.answer({ value: { class: code } });
    this.task = task;
    this.palette = new Palette(byId("classes"), { classes: task.inUse, keyOf, choose });
    addFind(commands, task.inUse, choose);
    const accept = () => {
      const item = labelling.current;
      const code = item?.audit || !item?.suggestion ? null : task.codeOf(item.suggestion);
      if (code) choose(code);
    };
    commands.add("accept", "Enter", "Accept the suggestion", accept, { group: "Tile" });
    for (const { code, name, definition } of task.inUse) {
      const about = { group: "Classes", about: definition };
      if (keyOf.get(code)) keys.bind(keyOf.get(code), name, () => choose(code), about);
    }
  }

  load({ mine }) {
    this.palette.mark(mine ? this.task.codeOf(mine) : null);
  }

  clear() {}

  prefetch() {}
}
