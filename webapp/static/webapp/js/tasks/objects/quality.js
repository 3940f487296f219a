// The quality page's words on objects: a label to look at again, and how far people agree.
import { element } from "../../lib/dom.js";
import { count, percent } from "../../lib/format.js";
import { rangeWords } from "../../lib/interval.js";
import { objectsOver } from "./over.js";

// item: { index, kind, given, suggested, object, score }; code 0 stands for nothing
export function suspectOf(item, task) {
  const { one } = task.objects;
  const named = (code) => (code ? task.mark(task.classOf(code)) : [`no ${one}`]);
  const word = (code) => (code ? (task.classOf(code)?.name ?? String(code)) : `no ${one}`);
  const outline = objectsOver([item.object], task.objects, { picture: 224 });
  outline.classList.add("area");
  return {
    about: `Tile ${item.index}: ${word(item.given)}, or ${word(item.suggested)}?`,
    given: ["Labelled", named(item.given)],
    suggested: [item.kind === "people" ? "Also" : "Model", named(item.suggested)],
    outline,
    sentences: [sentenceOf(item, word, task.objects)],
    keep: "it as drawn",
    choicesTitle: "What else can be done",
    choicesWords: "or open the tile to draw it anew",
    choices: [],
  };
}

export function sentenceOf({ kind, given, suggested, score }, word, { one, many }) {
  if (kind === "people")
    return `People name other ${many} here: ${percent(score)} of those that either names are in one answer only.`;
  if (!given)
    return `A model that has not seen this label is ${percent(score)} sure of a ${one} here: ${word(suggested)}.`;
  if (!suggested) return `A model that has not seen this label sees nothing where this ${one} is.`;
  return `A model that has not seen this label takes it for ${word(suggested)}, ${percent(score)} sure.`;
}

// agreement: { samples, value, low, high, objects }
export function agreementWords(agreement, { objects: { many } }) {
  const { samples, objects } = agreement;
  const basis = `By ${count(objects ?? 0, "object")} on ${count(samples, "audit tile")} that several people labelled unseen by each other.`;
  const told = agreement.value ?? agreement.estimate ?? null;
  const share =
    told === null ? "Nobody named any there." : `Of the ${many} that either names, both name ${rangeWords(agreement)}.`;
  return [element("p", {}, share), element("p", { class: "faint" }, basis)];
}

// row: { both, alone, overlooked, tiles }
export function personWords({ both, alone, overlooked, tiles }, { objects: { one, many } }) {
  return `names ${count(both, one, many)} that others name, ${alone} that they do not, and leaves ${overlooked} of theirs out, on ${count(tiles, "tile")}.`;
}
