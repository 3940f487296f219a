// Promises in plain words: what may be accepted unseen, what was, and how that stands.
import { count, number, percent } from "../lib/format.js";
import { middleOf } from "../lib/interval.js";

// 5% of errors "on average" over all such decisions, or "in 90%" of them
export function promiseWords({ kind, bound }) {
  const share = percent(bound, bound < 0.01 ? 1 : 0);
  return kind === "confidence"
    ? `at most ${share} errors in 90% of such decisions`
    : `at most ${share} errors on average`;
}

export function offerSentence(preview) {
  if (preview.problem) return preview.problem;
  return `${number(preview.accepted)} of ${count(preview.waiting, "open suggestion")} can be accepted unseen with ${promiseWords(preview)}.`;
}

// What is left to people because no audit speaks of it yet, and what to do; "" where there is nothing of that
export function unheardSentence({ unheard = [], left = 0, lacking = 0 }) {
  if (!left) return "";
  const named = unheard.slice(0, 3).join(", ");
  const more = unheard.length > 3 ? ` and ${number(unheard.length - 3)} more` : "";
  const scenes = unheard.length === 1 ? "scene" : "scenes";
  return `${count(left, "suggestion")} of the ${scenes} ${named}${more} ${left === 1 ? "is" : "are"} left to people: what was audited came before. Label the audits that are served there: about ${count(lacking, "more audit")}, and it can be accepted too.`;
}

// [[name, value], ...] of what the person should know before they agree
export function previewFacts(preview) {
  const assigned = preview.assigned ? [["Of these, assigned to somebody", number(preview.assigned)]] : [];
  return [
    ["Accepted", `${number(preview.accepted)} of ${number(preview.waiting)}`],
    ...assigned,
    ["From confidence", percent(preview.threshold, 1)],
    ["Wrong among them, to expect", `about ${number(Math.round(preview.expected_errors))}`],
    ["Upper 90% limit of its errors", percent(preview.limit, 1)],
    ["Audits inside it, of all", `${number(preview.inside)} of ${number(preview.audits)}`],
    ["Left to people", number(preview.waiting - preview.accepted)],
  ];
}

export function classLimit({ limit }) {
  return limit === null ? "not guaranteed" : `at most ${percent(limit, 1)} wrong`;
}

export function acceptanceSentence(item) {
  const what = `${count(item.accepted, "label")} of version ${item.model_version}`;
  if (item.state === "rolled_back") return `${what} were taken back. ${item.reason}`;
  const wrong = Math.round(item.errors * 10) / 10;
  const checks = item.checks
    ? `${wrong} of ${count(item.checks, "checked one")} ${wrong === 1 ? "is" : "are"} wrong so far.`
    : "None of them is checked yet.";
  return `${what} were accepted by ${item.accepted_by}: ${promiseWords(item)}. ${checks}`;
}

export function auditSentence(audits) {
  if (!audits) return "";
  if (audits.missing > 0) {
    const share = `until then ${percent(audits.share)} of the tiles that are served are audits`;
    return `About ${count(audits.missing, "more audit")} until the promise can be given; ${share}.`;
  }
  return "";
}

// "Area 12% (9–16) · F1 93% (88–97)", as the audits say them with 95% intervals
export function estimateWords({ area, f1 }) {
  const parts = [area && `Area ${withInterval(area)}`, f1 && `F1 ${withInterval(f1)}`];
  return parts.filter(Boolean).join(" · ");
}

function withInterval({ low, high, ...estimate }) {
  return `${percent(middleOf(estimate))} (${Math.round(100 * low)}–${Math.round(100 * high)})`;
}
