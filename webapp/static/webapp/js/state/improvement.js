// What the model page says of encoders: which way is open, what a comparison means, how far a training is.
import { count, percent } from "../lib/format.js";
import { middleOf } from "../lib/interval.js";

export const WAYS = [
  {
    kind: "finetune",
    title: "Fine-tune on the labels",
    text: "The encoder learns from your labels too, by small additions to its weights (LoRA). Held-out labels say what it brought.",
    button: "Fine-tune",
    needsLabels: true,
    trains: true,
  },
  {
    kind: "pretrain",
    title: "Pretrain on this imagery",
    text: "The encoder goes on learning from your scenes without any label: worth a try when they look unlike what it saw.",
    button: "Pretrain",
    needsLabels: false,
    trains: true,
  },
  {
    kind: "select",
    title: "Compare the encoders",
    text: "Which encoder serves your labels best? Measures all there are on the same held-out labels and changes nothing.",
    button: "Compare",
    needsLabels: true,
    trains: false,
  },
];

const UNDER_WAY = ["queued", "running"];

export function underWay(jobs) {
  return jobs.find(({ state }) => UNDER_WAY.includes(state)) ?? null;
}

// The newest training or change that is over; what a comparison says stands in its table already.
export function lastEnd(jobs) {
  const [newest] = jobs;
  if (!newest || UNDER_WAY.includes(newest.state)) return null;
  return newest.kind === "select" && newest.state === "done" ? null : newest;
}

// Why a way is closed now, or "" if it is open.
export function whyNot(way, { labels, tiles, jobs, encoder }, needs) {
  if (tiles === 0) return "Add imagery first.";
  if (underWay(jobs)) return "Wait for what is under way.";
  if (way.needsLabels && labels < needs.labels) {
    return `Needs ${needs.labels} labels; ${labels} so far (audits don't count).`;
  }
  if (way.trains && !encoder.tunable) return "The encoder in use has no weights that can be trained here.";
  return "";
}

export function needsSentence({ labels, audits }) {
  return `${count(labels, "label")} to learn from, ${count(audits, "audit")} to check with`;
}

export function points(share) {
  const value = Math.round(share * 100);
  return `${value > 0 ? "+" : value < 0 ? "−" : "±"}${Math.abs(value)}`;
}

export function differenceSentence({ difference }) {
  return `${points(middleOf(difference))} points, between ${points(difference.low)} and ${points(difference.high)} with 95% certainty`;
}

// The rows of a before/after drawing: [{ title, note, before, after, sentence }].
export function evidenceRows(comparison) {
  const rows = [];
  if (comparison?.held_out) {
    const { held_out: held } = comparison;
    const note = `${count(held.count, "label")} in ${comparison.folds} folds, by ${comparison.grouping}`;
    rows.push({ title: "Held-out labels", note, ...held, sentence: differenceSentence(held) });
  }
  if (comparison?.audits?.difference) {
    const { audits } = comparison;
    const note = `${count(audits.count, "random tile")}, never trained on`;
    rows.push({ title: "Audits", note, ...audits, sentence: differenceSentence(audits) });
  }
  return rows;
}

// What cannot be said of a comparison by audits yet, or ""
export function auditsLacking(comparison) {
  const { count: labelled, missing } = comparison?.audits ?? {};
  return missing ? `${count(labelled, "audit")}: too few audits to compare by, ${missing} more.` : "";
}

// The present version: the published one, or null before the first.
export function published(versions) {
  return versions.find(({ state }) => state === "published") ?? null;
}

// The version whose comparison says what the present encoder brought, however often its head was refitted since.
export function brought(versions) {
  const now = published(versions);
  return versions.find(({ encoder, metrics }) => encoder === now?.encoder && metrics?.comparison) ?? null;
}

// The newest version to whose encoder one can go back.
export function previous(versions) {
  return versions.find(({ back }) => back) ?? null;
}

export function candidates(versions) {
  return versions.filter(({ state }) => state === "candidate");
}

// Where audits are too few, how many more it takes, beside what is known of held-out labels.
export function accuracyOf({ metrics }) {
  const audit = metrics?.audit_accuracy;
  if (audit?.missing) {
    const held = heldOut(metrics);
    return `too few audits to tell, ${audit.missing} more${held && `; ${held}`}`;
  }
  if (audit) return `${percent(middleOf(audit))}, by ${count(audit.audits, "audit")}`;
  return heldOut(metrics) || "–";
}

function heldOut(metrics) {
  const held = metrics?.cross_validated_accuracy;
  return typeof held === "number" ? `${percent(held)} cross-validated, on labels that were not drawn at random` : "";
}

const NOT_WORSE = -0.02; // of accuracy on audits: less is not told apart from chance

// Whether what was measured speaks for a candidate: better on held-out labels for sure, and not worse on audits.
export function favours(comparison) {
  const { held_out: held, audits } = comparison ?? {};
  const worse = audits?.difference && middleOf(audits.difference) < NOT_WORSE;
  return Boolean(held && held.difference.low > 0 && !worse);
}

// The present encoder's card as [name, text], the telling entries first.
export function cardRows(card) {
  const order = ["scenes", "data", "pretrained further", "fine-tuned", "licence", "command", "steps"];
  const place = (name) => (order.includes(name) ? order.indexOf(name) : order.length);
  return Object.entries(card ?? {}).sort(([a], [b]) => place(a) - place(b) || a.localeCompare(b));
}
