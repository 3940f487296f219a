// The side panel of the overview: progress, accuracy, curve, classes, model, jobs, people.
import { byId, element } from "../lib/dom.js";
import { ago, count, number, percent } from "../lib/format.js";
import {
  accuracySentence,
  cloudyWords,
  failureSentence,
  roundSentence,
  workSentence,
  worthSaying,
} from "../state/project.js";
import { acceptanceSentence, auditSentence, estimateWords } from "../state/promise.js";
import { learningCurve } from "../ui/chart.js";
import { jobList } from "../ui/jobs.js";
import { meter } from "../ui/meter.js";

export class ProgressPanel {
  // onRestart(job) or null
  constructor(task, onRestart) {
    this.task = task;
    this.onRestart = onRestart;
  }

  show(progress) {
    const { counts, accuracy, audits, curve, round, by_class: byClass, jobs } = progress;
    this.notice(failureSentence(jobs ?? [], progress.pauses));
    if (byId("label")) byId("label").hidden = counts.total === 0;
    byId("work").textContent = workSentence(counts);
    byId("meter").replaceChildren(this.meter(counts));
    byId("counts").textContent = countsLine(counts, progress.promised);
    this.showTrust(progress);
    byId("accuracy").textContent = accuracySentence(accuracy, audits, (share) => this.task.rightness(share));
    byId("curve").replaceChildren(...(curve?.length ? [learningCurve(curve)] : []));
    byId("round").textContent = roundSentence(round);
    byId("by-class-title").textContent = this.task.plural;
    byId("by-class").closest("section").hidden = !byClass?.length;
    byId("by-class").replaceChildren(...(byClass ?? []).map((item) => this.classRow(item, progress.report)));
    byId("published").replaceChildren(publishedLine(progress.published));
    byId("jobs").replaceChildren(jobList(worthSaying(jobs ?? []), this.onRestart));
    this.showPeople(progress);
  }

  broken(error) {
    this.notice(`${error.message} These figures may be old.`);
  }

  notice(text) {
    byId("broken").textContent = text;
    byId("broken").hidden = !text;
  }

  meter(counts) {
    const queued = counts.total - counts.empty;
    return meter(counts.labelled, queued, `${number(counts.labelled)} of ${count(queued, "tile")} labelled`);
  }

  showTrust({ audits, report, acceptances }) {
    byId("audits").textContent = auditSentence(audits);
    byId("reach").textContent = report?.reach?.warning ?? "";
    byId("reach").hidden = !report?.reach?.warning;
    const told = (acceptances ?? []).slice(0, 2).map((item) => {
      const broken = item.state === "rolled_back";
      return element("p", { class: broken ? "notice bad" : "notice" }, acceptanceSentence(item));
    });
    byId("acceptances").replaceChildren(...told);
  }

  classRow({ code, name, colour, labelled, suggested }, report) {
    const known = report?.classes?.find((item) => item.code === code);
    const { hotkey } = this.task.classOf?.(code) ?? {};
    return element(
      "li",
      {},
      element("span", { class: "swatch", style: { "--colour": colour } }),
      hotkey ? element("kbd", {}, hotkey.toUpperCase()) : element("span"),
      element("span", { class: "name", title: name }, name),
      element("span", { class: "number" }, `${number(labelled)} · ${number(suggested ?? 0)}`),
      known && element("small", { class: "faint estimate" }, estimateWords(known)),
    );
  }

  showPeople({ people, labels_last_hour: rate }) {
    byId("rate").textContent = rate ? `${count(rate, "label")} in the last hour` : "";
    const rows = (people ?? []).map(({ name, labels, seconds_median: seconds }) => {
      const pace = seconds ? `, ${seconds.toFixed(1)} s each` : "";
      return element(
        "li",
        {},
        element("span", {}, name),
        element("span", { class: "number faint" }, `${number(labels)}${pace}`),
      );
    });
    byId("people").replaceChildren(
      ...(rows.length ? rows : [element("li", { class: "faint" }, "Nobody has labelled yet.")]),
    );
  }
}

function countsLine({ labelled, unsure, disputed, empty, cloudy, total }, promised) {
  const parts = [`${number(labelled)} of ${count(total - empty, "tile")} labelled`];
  if (promised) parts.push(`${number(promised)} of them by promise`);
  if (unsure) parts.push(`${number(unsure)} unsure`);
  if (disputed) parts.push(`people disagree on ${number(disputed)}`);
  if (empty) parts.push(`${number(empty)} mostly no data`);
  if (cloudy) parts.push(cloudyWords(cloudy));
  return parts.join(" · ");
}

function publishedLine(version) {
  if (!version) return "None yet. Publishing gives every unlabelled tile a suggestion to review.";
  return `Version ${version.number}, fitted on ${count(version.labels, "label")}, ${ago(version.created_at)}.${held(version)}`;
}

function held({ metrics }) {
  const accuracy = metrics?.cross_validated_accuracy;
  return typeof accuracy === "number"
    ? ` Cross-validated, on labels that were not drawn at random: right on ${percent(accuracy)}.`
    : "";
}
