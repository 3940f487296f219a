// The labelling page: state, stage, the desk of the kind of label, and keys put together.

import { addInspectorCommands, INSPECTOR_KEYS } from "../inspector/commands.js";
import { inspectorDoor } from "../inspector/door.js";
import { byId, element, pageData } from "../lib/dom.js";
import { recall, remember } from "../lib/memory.js";
import { get, post } from "../lib/request.js";
import { tabStorage } from "../lib/tabs.js";
import { Bearings } from "../panes/bearings.js";
import { Compare } from "../panes/compare.js";
import { Overlays } from "../panes/overlays.js";
import { Stage } from "../panes/stage.js";
import { TimeLine } from "../panes/time_line.js";
import { Claims } from "../state/claims.js";
import { inUse } from "../state/classes.js";
import { Drafts } from "../state/drafts.js";
import { Earlier } from "../state/earlier.js";
import { classKeys, lostKeys } from "../state/keymap.js";
import { Labelling } from "../state/labelling.js";
import { Layout } from "../state/layout.js";
import { Outbox } from "../state/outbox.js";
import { Queue } from "../state/queue.js";
import { Session } from "../state/session.js";
import { openTask } from "../tasks/index.js";
import { later } from "../ui/later.js";
import { help, keys, urls } from "../ui/shell.js";
import { emptyState } from "../ui/states.js";
import { toast } from "../ui/toast.js";
import { ChipShelf } from "./chip_shelf.js";
import { Commands } from "./commands.js";
import { ConflictDialog } from "./conflict_dialog.js";
import { Discussion } from "./discussion.js";
import { Hint } from "./hint.js";
import { addLabelCommands, LABEL_KEYS } from "./label_commands.js";
import { restingState } from "./label_states.js";
import { Locator } from "./locator.js";
import { addLookCommands, LOOK_KEYS } from "./look_commands.js";
import { Sitting } from "./sitting.js";

const HEARTBEAT_MS = 60_000;
const IDLE_MS = 3000;
const NO_ROOM = "The browser's store is full: what you do here is kept only until the page is closed.";

const data = pageData();
const { project, may, classes, prefetch, user } = data;
const task = await openTask(data);
const scope = `${user}:${project.id}`;
const quiet = { quiet: true };

const tabs = tabStorage(`terrascribe:outbox:${scope}:`);
const queue = new Queue({ prefetch });
const outbox = new Outbox({
  send: (answer) => post(urls.get("api:annotation-list", project.id), answer, quiet),
  storage: localStorage,
  key: tabs.own,
});
const claims = new Claims({ queue, outbox, send: (asked) => post(urls.get("api:claim", project.id), asked, quiet) });
const session = new Session();
const labelling = new Labelling({ queue, outbox, claims, session });

const shelf = new ChipShelf();
const layout = new Layout(recall(`panes:${scope}`));
layout.on("change", () => remember(`panes:${scope}`, layout.wishes));
const locator = new Locator(byId("locator"), project.id);
const stage = new Stage({ shelf, locator, layout, project: project.id, paintable: task.paints });
new Bearings(byId("bearings"), stage);
const hint = new Hint(byId("hint"), task);
const conflicts = new ConflictDialog({ outbox, shelf, task });
const sittingBar = new Sitting({ labelling, task });
const taken = [...LABEL_KEYS, ...LOOK_KEYS, ...INSPECTOR_KEYS, ...task.letters];
const keyOf = classKeys(inUse(classes), taken);
const commands = new Commands(keys, { lost: lostKeys(keyOf, taken) });
const alike = (item) => globalThis.open(urls.get("review", project.id, { alike: item.sample }), "_blank", "noopener");
addLabelCommands(commands, { labelling, kept: task.keptKeys, alike: may.review && !task.paints && alike });
const compare = new Compare({ stage, shelf, layout });
new TimeLine(byId("times"), { stage, layout });
const editor = later(
  () => import("../panes/view_editor.js"),
  ({ ViewEditor }) => new ViewEditor({ stage, layout, project: project.id, may }),
);
stage.on("choose", () => editor((it) => it.open()));
const layouts = later(
  () => import("../panes/layout_menu.js"),
  ({ LayoutMenu }) => new LayoutMenu({ stage, layout, project: project.id, may }),
);
const overlays = new Overlays({ stage, project: project.id, scope, button: byId("overlays"), tell: toast });
addLookCommands(commands, { stage, compare, editor, layouts, overlays, kept: task.keptKeys });
const inspector = inspectorDoor({ stage, urls, project: project.id, classes, scope }, (text) =>
  toast(`Copied: ${text}`),
);
addInspectorCommands(commands, keys, inspector);
const discussion = new Discussion(byId("comments"), { urls, project: project.id, user, may });
commands.add("comments", "Ctrl+Enter", "Comments on this tile", () => discussion.open(), { group: "Tile" });
const drafts = new Drafts(localStorage, scope);
const tour = later(
  () => import("./tour.js"),
  ({ Tour }) => new Tour({ labelling, keys, task, keyOf, project, may }),
);
help.tour = () => tour((it) => it.start());
const desk = await task.desk({ commands, keys, keyOf, labelling, stage, shelf, drafts });

let touring = data.tour || new URLSearchParams(location.search).has("tour"); // it begins with the first tile
let missing = false; // the picture of the current sample could not be had

// Show the current sample, or why there is none.
async function show() {
  const item = labelling.current;
  byId("answer").disabled = !item;
  if (!item) {
    rest();
    return;
  }
  try {
    if (!(await stage.show(item))) return;
    byId("state").replaceChildren();
    hint.show(item, queue.batchOf(item));
    await desk.load(item);
    if (labelling.current === item) labelling.appeared();
    missing = false;
    if (touring) tour((it) => it.resume());
    touring = false;
  } catch {
    if (labelling.current === item) fail();
  }
  prepare();
}

function prepare() {
  stage.prefetch(queue.upcoming);
  desk.prefetch(queue.upcoming);
}

async function rest() {
  stage.clear();
  hint.clear();
  desk.clear();
  const [progress] = claims.answered ? await get(urls.get("api:progress", project.id), quiet) : [null];
  if (labelling.current) return;
  const state = restingState({ progress, claims, outbox, project: project.id, may });
  // Drawn anew only when it says something new: a focused link stays, and a screen reader is not told twice.
  if (state.textContent !== byId("state").textContent) byId("state").replaceChildren(state);
}

function fail() {
  missing = true;
  stage.clear();
  const retry = element("button", { type: "button", onclick: show }, "Try again");
  const text = "It is fetched again when the server can be reached. Your answers are kept.";
  byId("state").replaceChildren(emptyState("The picture could not be loaded", text, retry));
}

// A claim was answered: what was missing may be had again.
function claimed() {
  if (!labelling.current) rest();
  else if (missing && !claims.error) show();
}

function listen() {
  queue.on("move", show);
  queue.on("move", nameTile);
  queue.on("move", () => discussion.show(labelling.current));
  queue.on("change", prepare);
  claims.on("change", claimed);
  labelling.on("retracted", show);
  labelling.on("answered", (item) => drafts.drop(item));
  labelling.on("answered", () => inspector.learn());
  drafts.on("full", () => toast(NO_ROOM, { kind: "bad" }));
  outbox.on("change", () => outbox.state === "clear" && claims.error && claims.claim());
  byId("decide").addEventListener("click", () => conflicts.show());
  byId("panel").addEventListener("mousedown", keepFocus);
  // before the commands, so that the key that answers counts, too
  document.addEventListener("keydown", ({ repeat }) => session.touch({ counts: !repeat }), true);
  document.addEventListener("pointerdown", () => session.touch(), true);
  document.addEventListener("pointermove", () => session.touch({ counts: false }), { capture: true, passive: true });
  window.addEventListener("online", () => {
    outbox.wake();
    claims.claim();
  });
  document.addEventListener("visibilitychange", () => (document.hidden ? session.pause() : session.resume()));
  window.addEventListener("beforeunload", (event) => outbox.size && event.preventDefault());
  window.addEventListener("pagehide", release);
  window.addEventListener("pageshow", ({ persisted }) => persisted && claims.claim());
  setInterval(() => document.hidden || claims.claim(), HEARTBEAT_MS);
  setInterval(() => document.hidden || (labelling.current && !missing) || claims.claim(), IDLE_MS);
}

// A button clicked with the mouse does not take the keys: Enter and Space stay the page's.
function keepFocus(event) {
  if (event.target.closest("button")) event.preventDefault();
}

function release() {
  post(urls.get("api:release", project.id), {}, { keepalive: true, ...quiet });
}

// The sample that the address asks for (?sample=), such as one picked on the map.
async function openWanted() {
  const wanted = new URLSearchParams(location.search).get("sample");
  if (!/^\d+$/.test(wanted ?? "")) return;
  const [item] = await post(urls.get("api:sample-claim", project.id, wanted), {});
  if (item) queue.show(item);
}

// The address names the tile: a reload, or whoever is sent the link, sees the same one.
function nameTile() {
  const sample = labelling.current?.sample;
  const address = new URL(location);
  address.searchParams.delete("tour");
  if (sample) address.searchParams.set("sample", sample);
  else address.searchParams.delete("sample");
  history.replaceState(null, "", address);
}

async function goOn() {
  const [sitting] = await get(urls.get("api:sitting", project.id), quiet);
  if (!sitting) return;
  session.continue(sitting.seconds);
  const fetch = async (sample) => (await post(urls.get("api:sample-claim", project.id, sample), {}, quiet))[0];
  labelling.earlier = new Earlier(sitting.samples, fetch);
  sittingBar.showCounts();
}

async function loadViews() {
  const [catalogue] = await get(urls.get("api:view-list", project.id), quiet);
  if (catalogue) layout.catalogue = catalogue;
}

listen();
sittingBar.showCounts();
rest();
await Promise.all([loadViews(), goOn()]);
await openWanted();
await claims.claim();
tabs.forEachLeft((key) => outbox.adopt(key));
