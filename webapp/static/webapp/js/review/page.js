// Review of suggestions on a contact sheet: accept what is ticked, reject or correct what was clicked out.
import { byId, element, pageData } from "../lib/dom.js";
import { count } from "../lib/format.js";
import { get, post } from "../lib/request.js";
import { Sheet } from "../state/sheet.js";
import { openTask } from "../tasks/index.js";
import { BandTools } from "../ui/band_tools.js";
import { keys, urls } from "../ui/shell.js";
import { brokenState, emptyState } from "../ui/states.js";
import { toast } from "../ui/toast.js";
import { ContactSheet } from "./contact_sheet.js";
import { PromisePanel } from "./promise_panel.js";

const RESERVED = ["a", "r", "n", "b", "i", "o", "x"];
const VERBS = { accept: "accepted", reject: "rejected", correct: "corrected" };
const data = pageData();
const { project, may } = data;
const task = await openTask(data);
const filters = byId("filters");
const sheet = new Sheet();
let bands = new BandTools([]);
const view = new ContactSheet(byId("cards"), sheet, {
  task,
  style: () => bands.style(),
  grouped: () => filters.elements.order.value === "cluster",
  chosen: () => Number(filters.elements.label.value) || null,
});
const promise = new PromisePanel(byId("promise"), {
  task,
  style: () => bands.style(),
  accept: acceptByPromise,
  rollBack: may.own ? rollBack : null,
});
let turn = 0;
let ready = false; // whether the window is laid out, so that the first sheet can be asked for

async function load() {
  if (!ready) return;
  turn += 1;
  const mine = turn;
  const size = view.capacity();
  const query = { ...filterQuery(), state: "open", page_size: sheet.asking(size) };
  const [page, error] = await get(urls.get("api:suggestion-list", project.id, query), { quiet: true });
  if (mine !== turn) return;
  if (error && sheet.items.length > 0) return toast(error.message, { kind: "bad" }); // what is on show stays
  if (error) return byId("cards").replaceChildren(brokenState(error, load));
  sheet.fill(page.results, page.count, size);
  byId("cards").scrollTop = 0;
  sheet.keep(view.visible());
  if (sheet.items.length === 0) showEnd(page.count);
}

function filterQuery() {
  const { label = "", confidence, model_version: version, order } = Object.fromEntries(new FormData(filters));
  const [low, high] = confidence.split("-");
  return { label, model_version: version, order, min_confidence: low, max_confidence: high };
}

function showLoading() {
  byId("cards").replaceChildren(element("div", { class: "state" }, "Loading the next sheet…"));
}

function startOver() {
  sheet.startOver();
  showLoading();
  load();
}

function showEnd(left) {
  const node = left
    ? emptyState(
        "You have seen them all",
        `${count(left, "suggestion")} left for later.`,
        element("button", { type: "button", class: "primary", onclick: startOver }, "Start over with these"),
      )
    : emptyState(
        "Nothing to review here",
        "No open suggestion passes these filters. Suggestions come with every published model version.",
        element("a", { class: "button", href: urls.get("project", project.id) }, "To the overview"),
      );
  byId("cards").replaceChildren(node);
}

async function loadPromise() {
  const [[preview, error], [past]] = await Promise.all([
    get(urls.get("api:promise", project.id), { quiet: true }),
    get(urls.get("api:acceptance-list", project.id), { quiet: true }),
  ]);
  if (!error) promise.show(preview, past?.results ?? []);
}

async function acceptByPromise({ model_version, kind, bound, threshold }) {
  const body = { model_version, kind, bound, threshold };
  const [done, error] = await post(urls.get("api:acceptance-list", project.id), body, { timeout: 300_000 });
  if (!error) toast(`${count(done.accepted, "label")} accepted by promise.`, { kind: "good" });
  await Promise.all([loadPromise(), load()]);
}

async function rollBack({ id }) {
  const [done, error] = await post(urls.get("api:acceptance-rollback", project.id, id), {}, { timeout: 300_000 });
  if (!error) toast(`${count(done.accepted, "label")} taken back.`);
  await Promise.all([loadPromise(), load()]);
}

async function decide(verdict, items, value = null) {
  if (items.length === 0) return;
  const ids = items.map(({ id }) => id);
  sheet.take(items);
  if (sheet.items.length === 0) showLoading();
  const body = value === null ? { ids, verdict } : { ids, verdict, value };
  const [answer, error] = await post(urls.get("api:suggestion-review", project.id), body);
  if (error) return sheet.giveBack(items);
  sheet.settle(items);
  if (answer.changed) toast(`${count(answer.changed, "suggestion")} ${VERBS[verdict]}.`, { kind: "good" });
  if (answer.skipped.length === 0) return;
  toast(`${count(answer.skipped.length, "suggestion")} left out: ${answer.skipped[0].reason}`, { kind: "bad" });
  await load();
}

// An emptied sheet asks for the next one once the server has taken its decision.
async function decideAndGoOn(verdict, items, value) {
  await decide(verdict, items, value);
  if (sheet.items.length === 0) await load();
}

const accept = () => decideAndGoOn("accept", sheet.ticked());
const reject = () => decideAndGoOn("reject", sheet.exceptions());
const correct = (value) => decideAndGoOn("correct", sheet.exceptions(), value);

function later() {
  sheet.leave();
  showLoading();
  load();
}

function open() {
  const item = sheet.items[sheet.current];
  if (item) globalThis.open(urls.get("label", project.id, { sample: item.sample }), "_blank", "noopener");
}

function showCounts() {
  const ticked = sheet.ticked().length;
  const others = sheet.exceptions().length;
  byId("total").textContent = `${count(sheet.total, "open suggestion")}`;
  byId("accept").firstChild.textContent = `Accept ${ticked} `;
  byId("accept").disabled = ticked === 0;
  byId("reject").firstChild.textContent = sheet.out.size > 0 ? `Reject ${others} ` : "Reject this one ";
  byId("reject").disabled = others === 0;
}

function showCorrector() {
  const current = () => sheet.exceptions()[0] ?? null;
  byId("correct-to").replaceChildren(...task.corrector({ keys, reserved: RESERVED, correct, current, sheet }));
}

function showFilters() {
  const option = ([value, title]) => element("option", { value }, title);
  const { label, order } = filters.elements;
  const choices = task.filters();
  label.closest("label").hidden = choices.length === 0;
  label.closest("label").firstChild.textContent = `${task.filterTitle} `;
  label.replaceChildren(...[["", "All"], ...choices].map(option));
  order.append(...task.orders.map(option));
}

async function loadFilters() {
  showFilters();
  const [[versions], [scenes]] = await Promise.all([
    get(urls.get("api:model-version-list", project.id, { page_size: 20 })),
    get(urls.get("api:scene-list", project.id, { page_size: 100 })),
  ]);
  for (const { number } of versions?.results ?? []) {
    filters.elements.model_version.append(element("option", { value: number }, `Version ${number}`));
  }
  bands = new BandTools(scenes?.results ?? []);
  byId("bands").replaceChildren(...bands.nodes);
  bands.bindKeys(keys, "Sheet");
  bands.on("style", () => {
    view.forget();
    view.draw();
  });
}

function bindKeys() {
  const group = "Sheet";
  const step = (rows) => sheet.move(rows * view.columns());
  keys.bind("a", "Accept the ticked ones", accept, { group });
  keys.bind("r", "Reject those clicked out, or the current one", reject, { group });
  keys.bind(["Space", "Enter"], "Tick on or off", () => toggleCurrent(), { group });
  keys.bind("i", "Invert the ticks", () => sheet.invert(), { group });
  keys.bind("n", "Next sheet, leave the rest for later", later, { group });
  keys.bind("o", "Open the tile", open, { group });
  keys.bind("x", "Hold: images without masks", () => bare(true), { group, release: () => bare(false) });
  keys.bind("ArrowLeft", "Left", () => sheet.move(-1), { group, repeat: true });
  keys.bind("ArrowRight", "Right", () => sheet.move(1), { group, repeat: true });
  keys.bind("ArrowUp", "Up", () => step(-1), { group, repeat: true });
  keys.bind("ArrowDown", "Down", () => step(1), { group, repeat: true });
}

function bare(on) {
  byId("cards").classList.toggle("bare", on);
}

function toggleCurrent() {
  const item = sheet.items[sheet.current];
  if (item) sheet.toggle(item.id);
}

sheet.on("change", showCounts).on("tick", showCounts);
for (const [id, run] of Object.entries({ accept, reject, later, open })) {
  byId(id).addEventListener("click", ({ currentTarget }) => {
    currentTarget.blur(); // or the next Space would press it again instead of ticking
    run();
  });
}
filters.addEventListener("change", (event) => {
  if (!event.target.closest("#bands")) startOver();
});
bindKeys();
showCorrector();
await loadFilters();
await loadPromise();
ready = true;
load();
