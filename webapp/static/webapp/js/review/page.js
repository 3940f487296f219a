// Review of suggestions on a contact sheet: accept what is ticked, reject or correct what was clicked out.
import { byId, element, pageData } from "../lib/dom.js";
import { count } from "../lib/format.js";
import { recall, remember } from "../lib/memory.js";
import { get } from "../lib/request.js";
import { Sheet } from "../state/sheet.js";
import { sheetNote } from "../state/sheet_words.js";
import { openTask } from "../tasks/index.js";
import { BandTools } from "../ui/band_tools.js";
import { keys, urls } from "../ui/shell.js";
import { brokenState, emptyState } from "../ui/states.js";
import { toast } from "../ui/toast.js";
import { showBatches } from "./batch_list.js";
import { Closer } from "./closer.js";
import { ContactSheet } from "./contact_sheet.js";
import { Decisions } from "./decisions.js";
import { LikeThis } from "./like_this.js";
import { openPromise } from "./promised.js";
import { bindSheetKeys, SHEET_KEYS } from "./sheet_keys.js";

const data = pageData();
const { project, may } = data;
const task = await openTask(data);
const filters = byId("filters");
const stated = `review:${project.id}:least`; // from which confidence this browser's person has cards ticked
filters.elements.least.value = recall(stated, filters.elements.least.value);
const chosen = () => Number(filters.elements.label.value) || null;
const sheet = new Sheet({
  sureness: (item) => task.sureFigure(item, chosen()),
  least: Number(filters.elements.least.value),
});
const addresses = {
  review: urls.get("api:suggestion-review", project.id),
  undo: (batch) => urls.get("api:review-batch-undo", project.id, batch),
};
const decisions = new Decisions(sheet, { addresses, task });
let bands = new BandTools([]);
const like = new LikeThis(byId("like"), () => startOver());
const view = new ContactSheet(byId("cards"), sheet, {
  task,
  style: () => bands.style(),
  grouped: () => filters.elements.order.value === "cluster" && !like.on,
  chosen,
});
const loadPromise = openPromise({ project, may, task, style: () => bands.style(), changed: () => load() });
const closer = new Closer(byId("closer"), { style: () => bands.style(), margin: Math.round(project.tile_px / 2) });
let turn = 0;
let ready = false; // whether the window is laid out, so that the first sheet can be asked for

// stock: what is on show stays, and what comes after it is fetched
async function load({ stock = false } = {}) {
  if (!ready) return;
  turn += 1;
  const mine = turn;
  const size = view.capacity();
  const query = { ...filterQuery(), state: "open", page_size: sheet.asking(size) };
  const [page, error] = await get(urls.get("api:suggestion-list", project.id, query), { quiet: true });
  if (mine !== turn) return;
  if (stock) return error ? null : fetchNext(page, size);
  if (error && sheet.items.length > 0) return toast(error.message, { kind: "bad" }); // what is on show stays
  if (error) return byId("cards").replaceChildren(brokenState(error, load));
  sheet.fill(page.results, page.count, size);
  byId("cards").scrollTop = 0;
  sheet.keep(view.visible());
  if (sheet.items.length === 0) showEnd(page.count);
  view.prefetch(sheet.spare.slice(0, size));
}

function fetchNext(page, size) {
  sheet.stock(page.results, page.count);
  view.prefetch(sheet.spare.slice(0, size));
}

function filterQuery() {
  const { label = "", confidence, model_version: version, order } = Object.fromEntries(new FormData(filters));
  const [low, high] = confidence.split("-");
  return { label, model_version: version, order, min_confidence: low, max_confidence: high, ...like.query };
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

// An emptied sheet asks for the next one once the server has taken its decision.
async function decideAndGoOn(verdict, items, value) {
  const leftOut = await decisions.decide(verdict, items, value);
  if (sheet.items.length === 0) showLoading();
  if (leftOut || sheet.items.length === 0) await load();
}

const accept = () => decideAndGoOn("accept", sheet.acceptable());
const reject = () => decideAndGoOn("reject", sheet.exceptions());

// The focused card alone, and only if somebody can have seen it.
function correct(value) {
  const item = sheet.focused;
  if (!item) return null;
  if (sheet.seen.has(item.id)) return decideAndGoOn("correct", [item], value);
  return toast(`Tile ${item.index} is not corrected: its picture is not on the screen yet.`, { kind: "bad" });
}

const undo = () => decisions.undo();

const history = () =>
  showBatches({
    list: urls.get("api:review-batch-list", project.id),
    undo: addresses.undo,
    undone: (batch) => {
      decisions.forget(batch);
      load();
    },
  });

function later() {
  sheet.leave();
  if (!sheet.advance(view.capacity())) {
    showLoading();
    load();
    return;
  }
  byId("cards").scrollTop = 0;
  sheet.keep(view.visible());
  load({ stock: true });
}

const alike = () => sheet.focused && like.choose(sheet.focused);

function open() {
  const item = sheet.items[sheet.current];
  if (item) globalThis.open(urls.get("label", project.id, { sample: item.sample }), "_blank", "noopener");
}

function showCounts() {
  const ticked = sheet.acceptable().length;
  const others = sheet.exceptions().length;
  byId("total").textContent = `${count(sheet.total, "open suggestion")}`;
  byId("accept").firstChild.textContent = `Accept ${ticked} `;
  byId("accept").disabled = ticked === 0;
  byId("reject").firstChild.textContent = sheet.out.size > 0 ? `Reject ${others} ` : "Reject it ";
  byId("reject").disabled = others === 0;
  byId("about").textContent = sheet.focused ? `Tile ${sheet.focused.index} ${task.correctorWords}` : "";
  const { text, bad } = sheetNote(sheet);
  byId("note").textContent = text;
  byId("note").classList.toggle("bad", bad);
  byId("again").hidden = !bad;
}

function showUndo() {
  byId("undo").disabled = decisions.done.length === 0;
}

function showCorrector() {
  const current = () => sheet.focused;
  byId("correct-to").replaceChildren(...task.corrector({ keys, reserved: SHEET_KEYS, correct, current, sheet, open }));
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
    closer.draw();
    view.forget();
    view.draw();
  });
}

function state() {
  remember(stated, filters.elements.least.value);
  filters.elements.least.blur();
  sheet.state(Number(filters.elements.least.value));
}

sheet.on("change", showCounts).on("tick", showCounts);
decisions.on("change", showUndo);
const again = () => view.again();
const acts = { accept, reject, later, open, undo, history, again, alike };
for (const [id, run] of Object.entries(acts)) {
  byId(id).addEventListener("click", ({ currentTarget }) => {
    currentTarget.blur(); // or the next Space would press it again instead of ticking
    run();
  });
}
filters.addEventListener("change", (event) => {
  if (event.target === filters.elements.least) return state();
  if (!event.target.closest("#bands")) startOver();
});
bindSheetKeys(keys, { sheet, view, closer, acts });
showCorrector();
await loadFilters();
await loadPromise();
await like.read(async (sample) => (await get(urls.get("api:sample-detail", project.id, sample), { quiet: true }))[0]);
ready = true;
load();
