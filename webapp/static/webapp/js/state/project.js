// The project in words: classes by code, and sentences about how well the model does.
import { count, percent } from "../lib/format.js";
import { middleOf } from "../lib/interval.js";

// [class] -> code -> the class that it stands for now: a merged one is the class that it became part of.
export function classLookup(classes) {
  const byCode = new Map(classes.map((item) => [item.code, item]));
  const classOf = (code) => {
    const item = byCode.get(code);
    return item?.merged_into ? classOf(item.merged_into) : (item ?? null);
  };
  return classOf;
}

// An accuracy by too few audits -> what is said instead
export function tooFewAudits({ audits, missing }) {
  return `${count(audits, "audit tile")}: too few audits to tell how right it is, ${missing} more`;
}

// rightness(share) -> how a kind of label says that the model is right so often
export function accuracySentence(accuracy, audits, rightness) {
  if (accuracy?.missing) return `${tooFewAudits(accuracy)}. They come up at random while you label.`;
  const share = middleOf(accuracy);
  if (share === null) {
    const labelled = audits?.labelled ?? 0;
    return `Not measured yet: ${count(labelled, "audit tile")} labelled. Audit tiles come up at random while you label.`;
  }
  const range = `${percent(accuracy.low)} and ${percent(accuracy.high)}`;
  return `${rightness(percent(share))}, by ${count(accuracy.audits, "audit tile")}: between ${range} with 95% certainty.`;
}

export function roundSentence(round) {
  if (!round) return "The model has not ranked the tiles yet.";
  const basis = round.labels ? `after ${count(round.labels, "label")}` : "before the first label";
  return `Round ${round.number}, ranked ${basis} (strategy: ${round.strategy.replaceAll("_", " ")}).`;
}

// What the big button says about the work left.
export function workSentence(counts) {
  if (!counts || counts.total === 0) return "No imagery yet.";
  if (counts.open === 0) return counts.cloudy ? `${cloudyWords(counts.cloudy)}.` : "Every tile has a label.";
  return `${count(counts.open, "tile")} open, the most useful first.`;
}

export function cloudyWords(cloudy) {
  return `${count(cloudy, "tile waits", "tiles wait")}: cloudy at every date`;
}

export const PAUSES = "The model pauses: its workers cannot be reached. Labels are kept, and it goes on by itself.";

export function failureSentence(jobs, pauses = false) {
  if (pauses) return PAUSES;
  const failed = jobs.filter(({ state }) => state === "failed");
  if (failed.length === 0) return "";
  return `Failed: ${[...new Set(failed.map(({ title }) => title))].join(", ")}. The reason stands under Background work.`;
}

export function worthSaying(jobs) {
  const waiting = jobs.filter(({ state }) => state !== "done");
  const done = jobs.filter(({ state }) => state === "done").slice(0, 3);
  return [...waiting, ...done];
}
