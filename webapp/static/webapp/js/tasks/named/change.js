// Change as a whole: what audits say of any change against none, and how much ground that is.
import { element } from "../../lib/dom.js";
import { percent } from "../../lib/format.js";
import { scoreTable } from "./scores.js";

const HECTARE = 10_000;
const ANY = { name: "Any change", colour: "var(--ink)" };

// change: { precision, recall, f1, audits, area, ground_m2 }, where labels compare two epochs
export function changeNodes(change, figures) {
  if (!change) return [];
  return [scoreTable([ANY], [change], figures, "As a whole"), element("p", { class: "lead" }, changedSentence(change))];
}

export function changedSentence({ area, ground_m2: ground }) {
  if (!area) return "Too few audits to tell how much ground has changed.";
  const where = "of the tiles that nobody chose to label";
  const shares = `${percent(area.value, 1)} (between ${percent(area.low, 1)} and ${percent(area.high, 1)})`;
  if (!ground) return `Changed: ${shares} ${where}.`;
  const [value, low, high] = [area.value, area.low, area.high].map((share) => rounded((share * ground) / HECTARE));
  return `Changed: ${value} ha (between ${low} and ${high} ha) of ${rounded(ground / HECTARE)} ha, ${shares} ${where}.`;
}

function rounded(value) {
  return Number(value.toPrecision(3)).toLocaleString("en", { maximumFractionDigits: 2 });
}
