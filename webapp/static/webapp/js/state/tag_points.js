// Tiles on the insights plane, tag by tag: has it, hasn't, cannot be told; or the model's chance of it. No document.
import { percent } from "../lib/format.js";
import { rampColour } from "./colouring.js";
import { tagWords } from "./tag_set.js";

export const HAS = 1;
export const HAS_NOT = 0;
export const NOT_TOLD = -1;
export const ABSENT = "#8a9099"; // grey that stands out from light and from dark ground
export const OPEN = "transparent"; // a ring
const LIKELY = 0.5;

// The server tells of each tag in the order of `codes` -> { label: code -> sign, predicted: code -> chance } or null
export function readTagPoint(point, codes) {
  const byCode = (row) => (Array.isArray(row) ? new Map(codes.map((code, at) => [code, row[at]])) : null);
  const predicted = byCode(point.predicted);
  for (const [code, share] of predicted ?? []) predicted.set(code, share / 100);
  return { ...point, label: byCode(point.label), predicted };
}

export function tagSpeaks(point, mode, code) {
  return (mode === "class" ? point.label : point.predicted)?.has(code) ?? false;
}

// tag: { code, colour }
export function tagColour(point, mode, tag) {
  if (!tag || !tagSpeaks(point, mode, tag.code)) return null;
  if (mode !== "class") return rampColour(point.predicted.get(tag.code));
  return { [HAS]: tag.colour, [HAS_NOT]: ABSENT, [NOT_TOLD]: OPEN }[point.label.get(tag.code)];
}

export function tagPointWords({ label, predicted }, nameOf) {
  const told = (sign) => [...(label ?? [])].filter(([, each]) => each === sign).map(([code]) => code);
  const likely = [...(predicted ?? [])]
    .filter(([, chance]) => chance >= LIKELY)
    .sort((one, other) => other[1] - one[1]);
  const chances = likely.map(([code, chance]) => `${nameOf(code)} ${percent(chance)}`).join(", ");
  return {
    label: label ? tagWords({ tags: told(HAS), unsure: told(NOT_TOLD) }, nameOf) : "",
    predicted: predicted ? chances || "none of these" : "",
  };
}
