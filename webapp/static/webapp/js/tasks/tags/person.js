// How one person's tags differ from the others', tag by tag.
import { element } from "../../lib/dom.js";

const HEADS = ["Tag", "Both", "This person alone", "The others alone"];

// tags: see taggerSentence, in the order of classes
export function taggerTable({ tags }, classes) {
  const rows = tags.map(([[, alone], [others, both]], at) => {
    const { name = "–", colour = "transparent" } = classes[at] ?? {};
    return element(
      "tr",
      {},
      element("td", {}, element("i", { class: "swatch", style: { "--colour": colour } }), " ", name),
      [both, alone, others].map((value) => element("td", { class: "number" }, String(value))),
    );
  });
  const heads = HEADS.map((text, at) => element("th", { scope: "col", class: at ? "number" : null }, text));
  return element("table", {}, element("thead", {}, element("tr", {}, heads)), element("tbody", {}, rows));
}
