// How far people agree, in sentences.
import { count } from "../lib/format.js";

const LEVELS = [
  [0.8, "People agree well."],
  [0.667, "People agree fairly well: good enough for tentative conclusions."],
  [0, "People agree little: talk about {borders}, and look at the disputed tiles together."],
  [-1, "People agree less than chance would: somebody may {mistake}."],
];

const FEWEST = 10;
const BORDERS = "where the classes end";
const MISTAKE = "have the keys mixed up";

export const ANSWERED = { done: "Answered", basis: "two people answered without seeing each other's answer" };

// By Krippendorff's own thresholds (2004, p. 241), which suit other coefficients of the same scale too;
// words: what was done twice, on what audits the figure rests, what to talk about, what may be wrong at worst.
export function agreementSentence({ samples, value }, words = ANSWERED) {
  const { done, basis, unit = "", borders = BORDERS, mistake = MISTAKE } = words;
  if (samples === 0) return "";
  if (samples < FEWEST) return `${done} twice so far: ${count(samples, "audit")}, too few to judge by.`;
  const level = value === null ? "" : (LEVELS.find(([least]) => value >= least)?.[1] ?? "");
  const advice = level.replace("{borders}", borders).replace("{mistake}", mistake);
  return `${advice} ${unit || "On"} ${count(samples, "audit")} that ${basis}.`.trim();
}

// How a person's answers differ from what all say together -> the words after the name
export function personSentence({ counts }, nameOf) {
  const [first] = differences(counts, 1);
  const most = first ? `, most often ${nameOf(first.column)} for ${nameOf(first.row)} (${first.count})` : "";
  return `says the same as all together on ${agreeing(counts)} of ${count(total(counts), "tile")}${most}`;
}

export const total = (counts) => counts.flat().reduce((sum, value) => sum + value, 0);
export const agreeing = (counts) => counts.reduce((sum, row, at) => sum + row[at], 0);

// The cells of a person's table off the diagonal, largest first: [{ row, column, count }]
export function differences(counts, most = 3) {
  const cells = counts.flatMap((row, at) => row.map((value, column) => ({ row: at, column, count: value })));
  const off = cells.filter(({ row, column, count: value }) => row !== column && value > 0);
  return off.sort((one, other) => other.count - one.count).slice(0, most);
}
