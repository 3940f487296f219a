// How far people agree: alpha overall and by class, and for owners how each person's answers differ.
import { element } from "../lib/dom.js";
import { count } from "../lib/format.js";
import { agreementSentence, differences } from "../state/suspects.js";
import { confusionTable } from "./confusion_table.js";

export function agreementNodes({ agreement }, classOf, share) {
  if (agreement.samples === 0) {
    const text = share
      ? "Not measured yet. Once two people label here, some audits are put to both, unseen by each other."
      : "Not measured: the share of audits that two people answer is 0 in the settings.";
    return [element("p", { class: "muted" }, text)];
  }
  const known = agreement.classes.filter(({ alpha }) => alpha !== null);
  return [
    element("p", { class: "alpha" }, element("b", {}, shown(agreement.alpha)), " Krippendorff’s alpha"),
    element("p", {}, agreementSentence(agreement)),
    element(
      "table",
      {},
      element(
        "thead",
        {},
        element("tr", {}, heading("Class"), heading("Answers", "number"), heading("Alpha", "number")),
      ),
      element(
        "tbody",
        {},
        known.map((row) => classRow(row, classOf)),
      ),
    ),
    element("p", { class: "faint" }, "1 = always the same answer, 0 = as by chance."),
  ];
}

function heading(text, kind = null) {
  return element("th", { scope: "col", class: kind }, text);
}

function classRow({ code, alpha, answers }, classOf) {
  const { name = "–", colour = "transparent" } = classOf(code) ?? {};
  const mark = element("i", { class: "swatch", style: { "--colour": colour } });
  return element(
    "tr",
    {},
    element("td", {}, mark, " ", name),
    element("td", { class: "number" }, String(answers)),
    element("td", { class: "number" }, shown(alpha)),
  );
}

const shown = (alpha) => (alpha === null ? "–" : alpha.toFixed(2).replace("-", "−"));

export function peopleNodes({ people, habits, codes }, classOf) {
  const classes = codes.map(classOf).filter(Boolean);
  const flags = habits.map(({ text }) => element("p", { class: "notice audit" }, text));
  if (people.length === 0 && flags.length === 0) {
    return [element("p", { class: "muted" }, "Nothing to tell yet: nobody’s answers stand beside somebody else’s.")];
  }
  return [...flags, ...people.map((row) => person(row, classes))];
}

function person({ person: name, counts }, classes) {
  const total = counts.flat().reduce((sum, value) => sum + value, 0);
  const same = counts.reduce((sum, row, at) => sum + row[at], 0);
  const words = differences(counts, 1).map(
    ({ row, column, count: times }) => `, most often ${classes[column].name} for ${classes[row].name} (${times})`,
  );
  return element(
    "details",
    { class: "person" },
    element(
      "summary",
      {},
      element("b", {}, name),
      ` says the same as all together on ${same} of ${count(total, "tile")}${words[0] ?? ""}`,
    ),
    element("div", { class: "scroll" }, confusionTable(classes, counts, { onCell: null, tilesOf: () => [] })),
  );
}
