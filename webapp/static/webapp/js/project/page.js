// The overview of a project: map and grid on the left, live progress on the right.
import { byId, element, pageData } from "../lib/dom.js";
import { Poller } from "../lib/poller.js";
import { get, post } from "../lib/request.js";
import { paintSwatch } from "../map/patterns.js";
import { TileGrid } from "../map/tile_grid.js";
import { MapView } from "../map/view.js";
import { apartLegend, describeApart, paintApart } from "../state/apart.js";
import { unfolded } from "../state/degrees.js";
import { isOnMap } from "../state/sites.js";
import { TileStore } from "../state/tiles.js";
import { Whose } from "../state/whose.js";
import { openTask } from "../tasks/index.js";
import { assignTiles } from "../ui/assign_dialog.js";
import { keys, urls } from "../ui/shell.js";
import { brokenState, emptyState } from "../ui/states.js";
import { showTip } from "../ui/tip.js";
import { toast } from "../ui/toast.js";
import { ChipWall } from "./chip_wall.js";
import { ContextMenu } from "./context.js";
import { legend, MapTools } from "./map_tools.js";
import { ProgressPanel } from "./progress_panel.js";

const data = pageData();
const { project, may } = data;
const task = await openTask(data);
const modes = project.compares ? { ...task.modes, apart: "Modalities disagree" } : task.modes;
const describe = (tile) => task.describe(tile);
const whose = new Whose();
const MODES = {
  apart: {
    paint: paintApart,
    legend: apartLegend,
    describe: (tile) => describeApart(tile, data.classes),
  },
  whose: {
    paint: (tile) => whose.paint(tile),
    legend: () => whose.legend(),
    describe: (tile) => whose.describe(tile),
  },
};
const tipOf = (tile, mode) => ({ ...describe(tile), ...MODES[mode]?.describe(tile) });
const panel = new ProgressPanel(task, may.review ? restart : null);
const poller = new Poller(() => get(urls.get("api:progress", project.id), { quiet: true }));
let tiles = null; // what to refresh when labels change

function linkOf(tile) {
  if (!may.label || tile.state === "empty") return null;
  return urls.get("label", project.id, { sample: tile.sample });
}

function likeArea(area) {
  return urls.get("review", project.id, { alike_area: unfolded(area).join() });
}

const LIKE = { text: "Like an area…", title: "Draw a box: fifty tiles that look like those in it, to review" };
const ASSIGN = { text: "Assign an area…", title: "Draw a box: its open tiles are for one person to label first" };

function offerAssigning(view, tools) {
  const done = async () => {
    await loadWhose(tools);
    tools.setMode("whose");
    tiles.refresh();
  };
  const chosen = (area) => assignTiles(project.id, { area: unfolded(area), done });
  const button = tools.addAreaButton(view, { ...ASSIGN, chosen });
  if (location.hash === "#assign") button.click();
}

async function loadWhose(tools) {
  const [page] = await get(urls.get("api:assignment-list", project.id, { page_size: 1000 }), { quiet: true });
  whose.take(page?.results ?? [], may.own);
  if (whose.any) tools.addMode("whose", "Whose");
}

async function restart(job) {
  const [, error] = await post(urls.get("api:job-restart", project.id, job.id));
  if (!error) poller.now();
}

async function publish() {
  const [, error] = await post(urls.get("api:model-version-list", project.id));
  if (error) return;
  toast("Publishing: every unlabelled tile gets a suggestion.");
  poller.now();
}

async function loadScenes() {
  const [page, error] = await get(urls.get("api:scene-list", project.id, { page_size: 1000 }), { quiet: true });
  byId("map-waiting").hidden = true;
  if (error) return replaceMap(brokenState(error, () => location.reload()));
  if (page.count === 0) return waitForImagery();
  const tools = new MapTools(byId("map-tools"), page.results, modes);
  if (page.results.some(isOnMap)) showMap(page.results, tools);
  else showChips(tools);
  bindViewKeys(tools);
  await loadWhose(tools);
  const wanted = location.hash.slice(1); // other pages link to the map as they want it coloured
  if (wanted in tools.titles) tools.setMode(wanted);
}

function waitForImagery() {
  const text = "Add a satellite scene or a folder of chips: it is cut into tiles here.";
  const address = urls.get("imagery", project.id);
  const add = element("a", { class: "button primary", href: address }, "Add imagery");
  replaceMap(emptyState("No imagery yet", text, may.own ? add : ""));
  poller.on("data", ({ counts }) => counts.total > 0 && location.reload());
}

function replaceMap(node) {
  byId("chips").replaceChildren(node);
  byId("chips").hidden = false;
}

function showMap(scenes, tools) {
  byId("map").hidden = false;
  const view = new MapView(byId("map"));
  const store = new TileStore((query) => get(urls.get("api:tile-list", project.id, query), { quiet: true }));
  const grid = view.add(
    new TileGrid({
      paintOf: (tile) => MODES[tools.mode]?.paint(tile) ?? task.paint(tile, tools.mode),
      onHover: (tile, point) => showTip(byId("tip"), tile && tipOf(tile, tools.mode), point),
      onPick: (tile) => !view.drawing && linkOf(tile) && location.assign(linkOf(tile)),
    }),
  );
  store.on("change", () => grid.setFeatures(store.features));
  store.on("change", () => store.crowded && toast("More tiles than can be drawn at once: zoom in to see them all."));
  store.on("error", (error) => toast(error.message, { kind: "bad" }));
  view.on("move", (bbox) => store.show(bbox));
  view.on("pointer", showPointer);
  view.setScenes(scenes.filter(isOnMap));
  view.setSites(tools.sites);
  const scope = `${data.user}:${project.id}`;
  const context = new ContextMenu({ view, basemaps: data.basemaps, project: project.id, own: may.own, scope });
  context.load().then((any) => any && byId("map-tools").append(context.root));
  if (may.review) tools.addAreaButton(view, { ...LIKE, chosen: (area) => location.assign(likeArea(area)) });
  if (may.own) offerAssigning(view, tools);
  tools.on("mode", () => grid.redraw()).on("mode", showLegend);
  tools.bands.on("style", () => view.restyle((scene) => tools.bands.styleOf(scene)));
  tools.on("scene", ({ id, visible }) => view.show(id, visible)).on("go", (id) => view.goTo(id));
  tools.on("site", ({ bounds }) => view.goToBounds(bounds));
  keys.bind("f", "Show everything", () => view.fit(), { group: "Map" });
  if (tools.sites.length) {
    keys.bind(".", "To the next site", () => tools.goToSite(tools.site + 1), { group: "Map" });
    keys.bind(",", "To the site before", () => tools.goToSite(tools.site - 1), { group: "Map" });
  }
  keys.bind("x", "Hold: imagery without the grid", () => grid.hide(), { group: "Map", release: () => grid.reveal() });
  tiles = store;
  showLegend(tools.mode);
}

function showChips(tools) {
  byId("chips").hidden = false;
  const wall = new ChipWall(byId("chips"), {
    linkOf,
    imageOf: (tile) => urls.get("sample-chip", project.id, tile.sample, tools.bands.style()),
    describe,
  });
  const refresh = async () => {
    const [data, error] = await get(urls.get("api:tile-list", project.id), { quiet: true });
    if (error) return replaceMap(brokenState(error, refresh));
    wall.show(data.features.map(({ properties }) => properties));
  };
  tools.bands.on("style", refresh);
  tools.modes.remove();
  tiles = { refresh };
  refresh();
}

function showLegend(mode) {
  byId("legend").replaceChildren(legend(MODES[mode]?.legend() ?? task.legend(mode), paintSwatch));
  byId("legend").hidden = false;
}

function showPointer(place) {
  byId("pointer").textContent = place ? `${place.lat.toFixed(4)}°, ${place.lng.toFixed(4)}°` : "";
}

function bindViewKeys(tools) {
  tools.bands.bindKeys(keys, "Map");
  keys.bind("c", `Colour by ${Object.values(modes).join(", ").toLowerCase()}`, () => tools.cycleMode(), {
    group: "Map",
  });
}

let known = "";
poller.on("data", (progress) => {
  panel.show(progress);
  const now = JSON.stringify([progress.counts, progress.by_class, progress.published?.number]);
  if (known && known !== now) tiles?.refresh();
  known = now;
});
poller.on("error", (error) => panel.broken(error));
document.addEventListener("visibilitychange", () => (document.hidden ? poller.stop() : poller.start()));
byId("publish")?.addEventListener("click", publish);
if (may.label) keys.bind("l", "Label", () => byId("label").click(), { group: "Project" });

loadScenes();
poller.start();
