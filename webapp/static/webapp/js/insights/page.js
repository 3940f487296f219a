// Insights of a project: what audits say of the model, what tiles look like to it, what more labels would buy.
import { byId, element, pageData } from "../lib/dom.js";
import { ago, count } from "../lib/format.js";
import { Poller } from "../lib/poller.js";
import { get, post } from "../lib/request.js";
import { ahead, furtherReasons, gainSentence, readPoints, reliabilitySentence } from "../state/insights.js";
import { openTask } from "../tasks/index.js";
import { learningCurve } from "../ui/chart.js";
import { urls } from "../ui/shell.js";
import { brokenState, emptyState } from "../ui/states.js";
import { CoveragePanel } from "./coverage_panel.js";
import { DoubtMap } from "./doubt_map.js";
import { reliabilityChart, reliabilityTable } from "./reliability_chart.js";

const data = pageData();
const { project, may } = data;
const task = await openTask(data);
const pictures = {
  linkOf: (sample) => (may.label ? urls.get("label", project.id, { sample }) : null),
  imageOf: (sample) => urls.get("sample-chip", project.id, sample),
};
const coverage = new CoveragePanel(task, pictures);
const doubt = new DoubtMap(byId("doubt"));
const poller = new Poller(load);
let asked = false;

async function load() {
  const [told, error] = await get(urls.get("api:insights", project.id), { quiet: true });
  if (error || !told.found) return [told, error];
  const [progress, failed] = await get(urls.get("api:progress", project.id), { quiet: true });
  return [failed ? null : { ...told, curve: progress.curve }, failed];
}

async function again() {
  const [, error] = await post(urls.get("api:insights", project.id));
  if (!error) poller.now();
}

function show(told) {
  showAge(told);
  // Newer labels came, and nobody has asked yet: whoever may label sees the present without pressing anything.
  if ((told.stale || (!told.found && told.fitted)) && !told.job && may.label && !asked) {
    asked = true;
    again();
  }
  byId("insights").hidden = !told.found;
  byId("waiting").replaceChildren(...(told.found ? [] : [nothingYet(told)]));
  if (told.found) showFound(told);
}

function showAge({ found: insights, job, stale }) {
  const busy = job && ["queued", "running"].includes(job.state);
  const texts = [
    insights && `Worked out ${ago(insights.computed_at)}`,
    busy ? "being worked out anew" : stale && "newer labels came",
  ];
  byId("when").textContent = texts.filter(Boolean).join(" · ");
  byId("again").hidden = !may.label || Boolean(busy) || !insights;
  const problem = job?.state === "failed" ? [element("p", { class: "notice bad" }, `It failed: ${job.error}`)] : [];
  const notes = [...(insights?.notes ?? []), insights?.reach].filter(Boolean);
  byId("notes").replaceChildren(...problem, ...notes.map((text) => element("p", { class: "notice audit" }, text)));
}

function nothingYet({ tiles, fitted, job }) {
  const to = (name, text) => element("a", { class: "button primary", href: urls.get(name, project.id) }, text);
  if (tiles === 0)
    return emptyState(
      "No imagery yet",
      "Insights need tiles, and labels on some.",
      may.own ? to("imagery", "Add imagery") : "",
    );
  if (fitted || job) return emptyState("A moment", "A worker is working it out for the first time.");
  return emptyState("Nothing to tell yet", task.firstLabels, may.label ? to("label", "Label") : "");
}

function showFound(told) {
  const { found: insights } = told;
  showCurve(told);
  const points = readPoints(insights.coverage.points).map((point) => task.readPoint(point, insights.codes));
  coverage.show(points, insights.coverage);
  const mistakes = task.mistakes(insights, pictures);
  showSection("confusion", mistakes, told);
  byId("scores").closest("section").classList.toggle("wide", !mistakes);
  showSection("scores", task.scores(insights), told);
  byId("reliability").closest("section").hidden = insights.reliability === undefined; // the kind has no such thing
  byId("reliability").replaceChildren(...reliability(told));
  if (insights.doubt) doubt.show(insights.doubt);
  else byId("doubt").replaceChildren(element("p", { class: "muted" }, noDoubt(told)));
}

function showCurve({ curve, found: insights }) {
  const { advice } = insights;
  byId("curve").replaceChildren(
    ...(curve.length ? [learningCurve(curve, ahead(curve, advice))] : []),
    element("p", { class: "lead" }, gainSentence(advice)),
    element("h3", {}, advice.stop ? "You may stop here" : "Reasons to go on"),
    element(
      "ul",
      { class: "reasons" },
      furtherReasons(advice).map((text) => element("li", {}, text)),
    ),
    element("p", { class: "faint" }, steadySentence(advice.kappas)),
  );
}

function steadySentence(kappas) {
  if (kappas.length === 0) return "Advice, never an order: you decide when to stop.";
  return `${task.steadiness(kappas.at(-1)[1])} Advice, never an order.`;
}

// A section of the kind of label's own, or none where it has nothing of that.
function showSection(id, section, told) {
  byId(id).closest("section").hidden = !section;
  if (!section) return;
  byId(`${id}-title`).textContent = section.title;
  byId(id).replaceChildren(...(section.nodes.length ? section.nodes : [noAudit(told)]));
}

function noAudit({ audits, found: insights }) {
  const more = insights?.missing ? `too few audits to tell, ${insights.missing} more` : "too few to tell";
  return element(
    "p",
    { class: "muted" },
    `${count(audits, "audit")} labelled so far: ${more}. Audits come up at random while you label.`,
  );
}

function reliability(told) {
  const { reliability: measured } = told.found;
  if (!measured) return [noAudit(told)];
  return [
    element("p", {}, reliabilitySentence(measured)),
    reliabilityChart(measured.bins),
    ...(task.countedNote ? [element("p", { class: "faint" }, task.countedNote)] : []),
    reliabilityTable(measured.bins),
  ];
}

function noDoubt({ found: insights, tiles, labels }) {
  if (task.noDoubt) return task.noDoubt;
  if (labels >= tiles) return "Every tile has a label: there is nothing left to doubt.";
  return insights.coverage.points.length ? "These tiles have no place on the ground." : "No tile has a vector yet.";
}

byId("again").addEventListener("click", again);
poller.on("data", show);
poller.on("error", (error) => {
  byId("insights").hidden = true;
  byId("waiting").replaceChildren(brokenState(error, () => poller.now()));
});
document.addEventListener("visibilitychange", () => (document.hidden ? poller.stop() : poller.start()));
poller.start();
