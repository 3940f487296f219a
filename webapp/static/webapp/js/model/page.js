// The model of a project: its encoder, what another would buy, what was tried, and the way back.
import { byId, element, pageData } from "../lib/dom.js";
import { ago, count, percent } from "../lib/format.js";
import { Poller } from "../lib/poller.js";
import { get, post } from "../lib/request.js";
import {
  accuracyOf,
  auditsLacking,
  brought,
  candidates,
  cardRows,
  evidenceRows,
  favours,
  lastEnd,
  needsSentence,
  previous,
  published,
  underWay,
} from "../state/improvement.js";
import { openTask } from "../tasks/index.js";
import { ask } from "../ui/dialog.js";
import { urls } from "../ui/shell.js";
import { brokenState, emptyState } from "../ui/states.js";
import { toast } from "../ui/toast.js";
import { beforeAfter } from "./before_after.js";
import { encoderChoice } from "./encoder_choice.js";
import { encoderTable } from "./encoder_table.js";
import { versionTable } from "./model_versions.js";
import { endedJob, runningJob, ways } from "./trainings.js";

const data = pageData();
const { project, may, needs } = data;
const task = await openTask(data);
const aboutWay = (way) => task.aboutWay(way.kind) || way.text;
const poller = new Poller(() => get(urls.get("api:training", project.id), { quiet: true }));
const owns = (run) => (may.own ? run : null);

async function send(address, body, said) {
  const [, error] = await post(address, body);
  if (!error && said) toast(said);
  poller.now();
}

const start = ({ kind }, options) => send(urls.get("api:training", project.id), { kind, ...options });
const cancel = (job) => send(urls.get("api:job-cancel", project.id, job.id));
const restart = (job) => send(urls.get("api:job-restart", project.id, job.id));

async function use(key, title) {
  const text = "The tiles are embedded with it beside the present encoder; people label on meanwhile. You can go back.";
  if (!(await ask(`Use ${title}?`, text, { yes: "Use it" }))) return;
  await send(urls.get("api:encoder", project.id), { encoder: key }, `Going over to ${title}.`);
}

const goBack = (version) => use(version.back, version.encoder_name);

const promote = ({ number }) =>
  send(urls.get("api:model-version-promote", project.id, number), undefined, "It takes over when its tiles are ready.");

async function discard({ number, encoder_name: name }) {
  const text = `Its weights (${name}) are deleted; what was measured stays in the list.`;
  if (!(await ask(`Discard candidate ${number}?`, text, { yes: "Discard", danger: true }))) return;
  await send(urls.get("api:model-version-discard", project.id, number));
}

function candidateCard(version, busy) {
  const rows = evidenceRows(version.metrics.comparison);
  const lacking = auditsLacking(version.metrics.comparison);
  return element(
    "article",
    { class: "inner stack" },
    element(
      "div",
      { class: "spread" },
      element("b", {}, `Version ${version.number}: ${version.encoder_name}`),
      element("span", { class: "faint" }, ago(version.created_at)),
    ),
    rows.length > 0 && beforeAfter(rows),
    element("p", {}, version.reason),
    lacking && element("p", { class: "faint" }, lacking),
    owns(
      element(
        "div",
        { class: "row" },
        element(
          "button",
          {
            type: "button",
            class: favours(version.metrics.comparison) ? "primary" : null,
            disabled: busy,
            onclick: () => promote(version),
          },
          "Promote",
        ),
        element("button", { type: "button", disabled: busy, onclick: () => discard(version) }, "Discard"),
      ),
    ),
  );
}

function showCandidates(versions, busy) {
  const waiting = candidates(versions);
  byId("candidates").hidden = waiting.length === 0;
  byId("candidate-list").replaceChildren(...waiting.map((version) => candidateCard(version, busy)));
}

function showWork(state) {
  const job = underWay(state.jobs);
  const ended = job ? null : lastEnd(state.jobs);
  byId("needs").textContent = needsSentence(state);
  byId("running").replaceChildren(
    ...(job ? [runningJob(job, owns(cancel))] : []),
    ...(ended ? [endedJob(ended, owns(restart))] : []),
  );
  byId("ways").replaceChildren(...(job ? [] : ways(state, needs, owns(start), aboutWay)));
}

function showPresent({ encoder, choices, versions }) {
  const version = published(versions);
  const card = choices.find(({ key }) => key === encoder.key)?.card;
  const rows = evidenceRows(brought(versions)?.metrics.comparison);
  const before = previous(versions);
  byId("present-state").textContent = version ? `version ${version.number}` : "no version yet";
  byId("present").replaceChildren(
    element("p", { class: "encoder-name" }, encoder.title),
    element(
      "p",
      { class: "muted" },
      version ? sentenceOf(version) : "A version is published after the first ten labels.",
    ),
    ...(encoder.reading ? [element("p", {}, encoder.reading)] : []),
    ...(rows.length
      ? [element("h3", {}, "What it brought"), beforeAfter(rows, { before: "before", after: "now" })]
      : []),
    ...(before && may.own ? [goingBack(before)] : []),
    cardList(card),
  );
}

function goingBack(before) {
  return element(
    "div",
    {},
    element("button", { type: "button", onclick: () => goBack(before) }, `Go back to ${before.encoder_name}`),
  );
}

function sentenceOf(version) {
  return `Its head learnt from ${count(version.labels, "label")}; right on: ${accuracyOf(version)}.`;
}

function cardList(card) {
  const rows = cardRows(card).flatMap(([name, text]) => [element("dt", {}, name), element("dd", {}, text)]);
  const none = element("p", { class: "faint" }, "It has no card: it computes statistics and learnt nothing.");
  return rows.length ? element("dl", { class: "card" }, rows) : none;
}

function showCompared({ compared, encoder }) {
  byId("compared-when").textContent = compared ? ago(compared.finished_at) : "";
  const onUse = owns((row) => use(row.key, row.title));
  const empty = element("p", { class: "inner muted" }, "Nothing has been compared yet.");
  byId("compared").replaceChildren(compared?.result.rows ? encoderTable(compared.result, encoder.key, onUse) : empty);
}

function showChoices({ choices, encoder }) {
  byId("choices").replaceChildren(
    encoderChoice(
      choices,
      encoder.key,
      owns(({ key, title }) => use(key, title)),
    ),
  );
}

function showVersions({ versions }) {
  const empty = emptyState(
    "No version yet",
    "The first is published after ten labels, with a suggestion for each tile.",
  );
  byId("versions").replaceChildren(versions.length ? versionTable(versions, owns(goBack)) : empty);
}

function show(state) {
  byId("waiting").replaceChildren();
  byId("model").hidden = false;
  showCandidates(state.versions, Boolean(underWay(state.jobs)));
  showWork(state);
  showPresent(state);
  showCompared(state);
  showChoices(state);
  showVersions(state);
  document.title = titleOf(underWay(state.jobs));
}

const plainTitle = document.title;

function titleOf(job) {
  return job?.state === "running" ? `${percent(job.progress)} · ${plainTitle}` : plainTitle;
}

poller.on("data", show);
poller.on("error", (error) => {
  byId("model").hidden = true;
  byId("waiting").replaceChildren(brokenState(error, () => poller.now()));
});
document.addEventListener("visibilitychange", () => (document.hidden ? poller.stop() : poller.start()));
poller.start();
