// How far people agree on classes: alpha overall and by class, and how each person's answers differ.
import { element } from "../../lib/dom.js";
import { middleOf } from "../../lib/interval.js";
import { agreementSentence, personSentence } from "../../state/agreement.js";
import { confusionTable } from "./confusion_table.js";

const TOGETHER = { down: "together", across: "this person", unit: "tile" };
const FIGURE = "Krippendorff’s alpha";

// words: see agreementSentence; notes: further sentences; column: what a class's row counts
export function agreementNodes(agreement, classOf, { words, notes = [], column = "Answers", heading = "Class" } = {}) {
  const measured = agreement.classes.filter((row) => middleOf(row) !== null);
  const value = middleOf(agreement);
  return [
    element("p", { class: "alpha" }, element("b", {}, shown(value)), ` ${FIGURE}, ${between(agreement)}`),
    element("p", {}, agreementSentence({ samples: agreement.samples, value }, words)),
    element(
      "table",
      {},
      element("thead", {}, element("tr", {}, head(heading), head(column, "number"), head("Alpha", "number"))),
      element(
        "tbody",
        {},
        measured.map((row) => classRow(row, classOf)),
      ),
    ),
    ...[SCALE, ...notes].map((text) => element("p", { class: "faint" }, text)),
  ];
}

const SCALE = "1 = always the same answer, 0 = as by chance. Ranges are 95% intervals.";

export function shown(value) {
  return value === null || value === undefined ? "–" : value.toFixed(2).replace("-", "−");
}

export const between = ({ low, high }) => `between ${shown(low)} and ${shown(high)}`;
const range = ({ low, high }) => `(${shown(low)} to ${shown(high)})`;

function head(text, kind = null) {
  return element("th", { scope: "col", class: kind }, text);
}

function classRow({ code, answers, tiles, ...level }, classOf) {
  const { name = "–", colour = "transparent" } = classOf(code) ?? {};
  const figure = [shown(middleOf(level)), " ", element("small", {}, range(level))];
  return element(
    "tr",
    {},
    element("td", {}, element("i", { class: "swatch", style: { "--colour": colour } }), " ", name),
    element("td", { class: "number" }, String(tiles ?? answers)),
    element("td", { class: "number", title: between(level) }, figure),
  );
}

// How one person's answers differ: the sentence after the name, and the table behind it
export function personNodes(row, classes, { sentence = personSentence, words = TOGETHER } = {}) {
  return {
    sentence: sentence(row, (at) => classes[at].name),
    nodes: [confusionTable(classes, row.counts, { onCell: null, tilesOf: () => [], words })],
  };
}
