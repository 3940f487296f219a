// Quality of the labels: look again at likely mistakes, one key each, and see how far people agree.
import { byId, element, pageData } from "../lib/dom.js";
import { ago, count } from "../lib/format.js";
import { Poller } from "../lib/poller.js";
import { get, post, remove } from "../lib/request.js";
import { Suspects } from "../state/suspects.js";
import { openTask } from "../tasks/index.js";
import { keys, urls } from "../ui/shell.js";
import { brokenState, emptyState } from "../ui/states.js";
import { toast } from "../ui/toast.js";
import { agreementNodes, peopleNodes } from "./agreement_panel.js";
import { showCosts } from "./costs.js";
import { disputedNodes } from "./disputed_list.js";
import { showFlags } from "./flags.js";
import { suspectCard } from "./suspect_card.js";

const RESERVED = ["k", "n", "p", "o", "u"];
const QUEUE_SHOWN = 24;
const data = pageData();
const { project, may } = data;
const task = await openTask(data);
const MARGIN = Math.round(project.tile_px / 2);
const suspects = new Suspects();
const poller = new Poller(() => get(urls.get("api:quality", project.id), { quiet: true }));
let asked = false;
let reviewed = 0; // labels that people looked at again before
let since = Date.now(); // when the tile on show came up
let on = null; // its annotation

const linkOf = (sample) => (may.label ? urls.get("label", project.id, { sample }) : null);
const imageOf = (sample, query = {}) => urls.get("sample-chip", project.id, sample, query);
const maskOf = ({ sample, annotation }) => urls.get("sample-mask", project.id, sample, { annotation });
const looks = { linkOf, imageOf, maskOf, tilePx: project.tile_px, margin: MARGIN };

// answer: what is right instead, { value } or { label, area }
async function decide(verdict, answer = {}) {
  const item = suspects.current;
  if (!item) return;
  const seconds = (Date.now() - since) / 1000;
  const body = { annotation: item.annotation, verdict, seconds, ...answer };
  let failure = null;
  const { stored, putBack } = await suspects.decide(item, async () => {
    const [made, error] = await post(urls.get("api:quality", project.id), body);
    failure = error;
    return made;
  });
  if (stored) return;
  if (failure.status === 409) poller.now();
  else putBack();
}

// Take the latest decision back: the label comes up again.
async function undo() {
  const item = await suspects.undo(async ({ id }) => {
    const [, error] = await remove(urls.get("api:quality-decision", project.id, id));
    return !error;
  });
  if (!item) return;
  toast(`Taken back: tile ${item.index} is here again.`);
  poller.now(); // one's own label that was given once more has another number
}

const keep = () => decide("keep");

const relabel = (answer) => decide("relabel", answer);

// A key of a choice that the card does not offer means what the label says already.
function press(key) {
  const choice = suspects.current && task.suspect(suspects.current, looks).choices.find((each) => each.key === key);
  return choice ? relabel(choice.answer) : keep();
}

// Let one of the answers that people disagree on count.
async function settle(annotation) {
  const [, error] = await post(urls.get("api:quality", project.id), { annotation, verdict: "keep" });
  if (!error) toast("Settled: this answer counts now.");
  poller.now();
}

function showDisputed(items) {
  byId("disputed").hidden = items.length === 0;
  byId("disputed-count").textContent = count(items.length, "tile");
  byId("disputed-tiles").replaceChildren(...disputedNodes(items, { task, settle, linkOf, imageOf, maskOf }));
}

async function again() {
  const [, error] = await post(urls.get("api:insights", project.id));
  if (!error) poller.now();
}

function open() {
  const item = suspects.current;
  if (item && linkOf(item.sample)) globalThis.open(linkOf(item.sample), "_blank", "noopener");
}

function show(told) {
  const { found: quality, job, stale, labels } = told;
  showDisputed(told.disputed);
  reviewed = told.reviewed;
  const busy = job && ["queued", "running"].includes(job.state);
  if ((stale || !quality) && !job && labels > 0 && !asked) {
    asked = true;
    again();
  }
  const state = busy ? "being looked at anew" : stale && "newer labels came";
  byId("when").textContent = [quality && `Looked at ${ago(quality.computed_at)}`, state].filter(Boolean).join(" · ");
  byId("again").hidden = Boolean(busy) || !quality;
  byId("quality").hidden = !quality;
  byId("waiting").replaceChildren(...(quality ? [] : [nothingYet(told)]));
  if (!quality) return;
  suspects.fill(quality.suspects);
  byId("agreement").replaceChildren(...agreementNodes(quality, task, told.double_share));
  byId("people")?.replaceChildren(...peopleNodes(quality, task));
}

function nothingYet({ labels, job }) {
  if (job?.state === "failed") return emptyState("This did not work", job.error);
  if (labels > 0) return emptyState("A moment", "A worker is looking at the labels for the first time.");
  const label = element("a", { class: "button primary", href: urls.get("label", project.id) }, "Label");
  return emptyState("No labels yet", task.firstChecks, label);
}

function showSuspect() {
  const item = suspects.current;
  if (item?.annotation !== on) [on, since] = [item?.annotation ?? null, Date.now()];
  byId("undo").hidden = suspects.done.length === 0;
  byId("left").textContent = suspects.items.length
    ? `${suspects.at + 1} of ${count(suspects.items.length, "label")}`
    : "";
  const card = item && suspectCard(item, task.suspect(item, looks), { keep, relabel, ...looks, reserved: RESERVED });
  byId("suspect").replaceChildren(card ?? nothingLeft());
  const first = Math.max(0, Math.min(suspects.at - QUEUE_SHOWN / 2, suspects.items.length - QUEUE_SHOWN));
  byId("queue").replaceChildren(
    ...suspects.items.slice(first, first + QUEUE_SHOWN).map((other, at) => thumb(other, first + at)),
  );
}

// What was kept by hand is not uncontradicted.
function nothingLeft() {
  const looked = Math.max(suspects.decided.size, reviewed);
  if (looked === 0) return emptyState("No label looks wrong", task.nothingSuspect);
  const text = `${count(looked, "doubtful label")} ${looked === 1 ? "was" : "were"} decided by hand; what was kept is not offered again, though the model may still see it otherwise.`;
  return emptyState("Nothing is left to look at", text);
}

function thumb(item, at) {
  const words = task.suspect(item, looks).about;
  const image = element("img", { src: imageOf(item.sample), alt: "", width: 44, height: 44, loading: "lazy" });
  const attributes = { type: "button", title: words, "aria-label": words, onclick: () => suspects.show(at) };
  return element(
    "li",
    {},
    element("button", { ...attributes, "aria-current": at === suspects.at ? "true" : null }, image),
  );
}

function bindKeys() {
  const group = "Look again";
  keys.bind("k", "Keep the label", keep, { group });
  keys.bind(["n", "ArrowRight"], "Next, leave this one for later", () => suspects.move(1), { group, repeat: true });
  keys.bind(["p", "ArrowLeft"], "Back", () => suspects.move(-1), { group, repeat: true });
  keys.bind("o", "Open the tile", open, { group });
  keys.bind(["u", "Ctrl+z"], "Take the last decision back", undo, { group });
  for (const [key, title] of task.relabelKeys()) {
    if (!RESERVED.includes(key)) keys.bind(key, title, () => press(key), { group: "Relabel" });
  }
}

suspects.on("change", showSuspect);
byId("undo").addEventListener("click", undo);
byId("again").addEventListener("click", () => {
  toast("A worker looks at all labels again.");
  again();
});
poller.on("data", show);
poller.on("error", (error) => {
  byId("quality").hidden = true;
  byId("waiting").replaceChildren(brokenState(error, () => poller.now()));
});
document.addEventListener("visibilitychange", () => (document.hidden ? poller.stop() : poller.start()));
bindKeys();
poller.start();
showFlags(project.id, linkOf);
showCosts(project.id);
