// How far people paint alike, in sentences.
import { count, percent } from "../lib/format.js";
import { agreeing, differences, total } from "./agreement.js";

// What the figures of masks are made of -> sentences
export function paintNotes({ common }) {
  return [
    `Only what both painted is compared: ${percent(common)} of what either did. All pixels of a tile weigh one tile together.`,
    "Masks are not fused into one as single answers are: the pixels of a mask are one decision, and the model behind that would take a slip of the brush for a thousand proofs. What people painted differently is listed for you to decide.",
  ];
}

// How a person paints beside the others -> the words after the name
export function paintedPersonSentence({ counts, tiles }, nameOf) {
  const [first] = differences(counts, 1);
  const otherwise = first ? `; else most often ${nameOf(first.column)} where they paint ${nameOf(first.row)}` : "";
  const share = percent(agreeing(counts) / total(counts));
  return `paints as the others do on ${share} of what both painted, on ${count(tiles, "tile")}${otherwise}`;
}
