// How far people agree: alpha overall and by class, and for owners how each person's answers differ.
import { element } from "../lib/dom.js";
import { agreementSentence, maskNotes, personSentence } from "../state/suspects.js";
import { confusionTable } from "../ui/confusion_table.js";

export function agreementNodes({ agreement }, classOf, share) {
  if (agreement.samples === 0) {
    const text = share
      ? "Not measured yet. Once two people label here, some audits are put to both, unseen by each other."
      : "Not measured: the share of audits that two people answer is 0 in the settings.";
    return [element("p", { class: "muted" }, text)];
  }
  const masks = agreement.common !== undefined;
  const known = agreement.classes.filter(({ alpha }) => alpha !== null);
  return [
    element(
      "p",
      { class: "alpha" },
      element("b", {}, shown(agreement.alpha)),
      ` Krippendorff’s alpha, ${between(agreement)}`,
    ),
    element("p", {}, agreementSentence(agreement)),
    element(
      "table",
      {},
      element(
        "thead",
        {},
        element("tr", {}, heading("Class"), heading(masks ? "Tiles" : "Answers", "number"), heading("Alpha", "number")),
      ),
      element(
        "tbody",
        {},
        known.map((row) => classRow(row, classOf)),
      ),
    ),
    element("p", { class: "faint" }, "1 = always the same answer, 0 = as by chance. Ranges are 95% intervals."),
    ...maskNotes(agreement).map((text) => element("p", { class: "faint" }, text)),
  ];
}

function heading(text, kind = null) {
  return element("th", { scope: "col", class: kind }, text);
}

function classRow({ code, answers, tiles, ...level }, classOf) {
  const { name = "–", colour = "transparent" } = classOf(code) ?? {};
  const mark = element("i", { class: "swatch", style: { "--colour": colour } });
  return element(
    "tr",
    {},
    element("td", {}, mark, " ", name),
    element("td", { class: "number" }, String(tiles ?? answers)),
    element(
      "td",
      { class: "number", title: between(level) },
      shown(level.alpha),
      " ",
      element("small", {}, range(level)),
    ),
  );
}

const shown = (alpha) => (alpha === null ? "–" : alpha.toFixed(2).replace("-", "−"));
const between = ({ low, high }) => `between ${shown(low ?? null)} and ${shown(high ?? null)}`;
const range = ({ low, high }) => `(${shown(low ?? null)} to ${shown(high ?? null)})`;

export function peopleNodes({ people, habits, codes }, classOf) {
  const classes = codes.map(classOf).filter(Boolean);
  const flags = habits.map(({ text }) => element("p", { class: "notice audit" }, text));
  if (people.length === 0 && flags.length === 0) {
    return [element("p", { class: "muted" }, "Nothing to tell yet: nobody’s answers stand beside somebody else’s.")];
  }
  return [...flags, ...people.map((row) => person(row, classes))];
}

const TOGETHER = { down: "together", across: "this person", unit: "tile" };
const OTHERS = { down: "others", across: "this person", unit: "tile" };

function person(row, classes) {
  const { person: name, counts, tiles } = row;
  const words = tiles === undefined ? TOGETHER : OTHERS;
  return element(
    "details",
    { class: "person" },
    element("summary", {}, element("b", {}, name), ` ${personSentence(row, (at) => classes[at].name)}`),
    element("div", { class: "scroll" }, confusionTable(classes, counts, { onCell: null, tilesOf: () => [], words })),
  );
}
