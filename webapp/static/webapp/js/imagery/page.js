// Imagery of a project: the scenes, uploads with progress, corrections of sensor and date.
import { byId, element, pageData } from "../lib/dom.js";
import { count, percent } from "../lib/format.js";
import { Poller } from "../lib/poller.js";
import { get, patch, post, remove } from "../lib/request.js";
import { cloudyWords } from "../state/project.js";
import { Uploads } from "../state/uploads.js";
import { ask, openDialog } from "../ui/dialog.js";
import { jobList } from "../ui/jobs.js";
import { urls } from "../ui/shell.js";
import { brokenState, emptyState } from "../ui/states.js";
import { toast } from "../ui/toast.js";
import { BandsDialog } from "./bands.js";
import { Catalogue } from "./catalogue.js";
import { sentences } from "./dependents.js";
import { Epochs } from "./epochs.js";
import { Lattices } from "./lattices.js";
import { MountedDialog } from "./mounted.js";
import { OwnSensors } from "./own_sensors.js";
import { PlaceDialog } from "./place.js";
import { sceneTable } from "./scene_table.js";
import { sendImagery } from "./sending.js";
import { ShiftDialog } from "./shift.js";
import { TimeDialog } from "./time.js";
import { Unfinished } from "./unfinished.js";
import { UploadList } from "./upload_list.js";

const SHOWN = ["ingest", "embed"]; // kinds of jobs
const AT_ONCE = 100; // scenes
const AGAIN = 30_000; // ms between tries to go on with uploads on a broken line
let shown = AT_ONCE;
const { project, may, sensors: builtIn, upload_limit_mb: limit, cloudy_above: cloudiest, area } = pageData();
let sensors = builtIn; // with those of the project, once they are read
const drop = byId("drop");
const poller = new Poller(() => get(urls.get("api:job-list", project.id, { page_size: 20 }), { quiet: true }));

const catalogue = byId("catalogue") && new Catalogue(project, area, refresh);
const lattices = new Lattices(project, may, refresh);
const epochs = new Epochs(project, may, refresh);
let known = ""; // what there was when lattices and epochs were read

function refresh() {
  known = "";
  loadScenes();
  poller.now();
}

async function loadScenes() {
  const [page, error] = await get(urls.get("api:scene-list", project.id, { page_size: shown }), { quiet: true });
  if (error) return byId("scenes").replaceChildren(brokenState(error, loadScenes));
  byId("count").textContent = page.count ? count(page.count, "scene") : "";
  const actions = may.own ? { change, describe, locate, align, date, bring, remove: removeScene } : {};
  const empty = emptyState(
    "No imagery yet",
    "Drop a GeoTIFF above, or use the command line: manage.py ingest PROJECT FILE…",
  );
  byId("scenes").replaceChildren(page.count ? sceneTable(page.results, sensors, actions) : empty);
  if (page.count) tellClouds();
  const now = JSON.stringify(page.results.map(({ id, acquired, columns, rows }) => [id, acquired, columns, rows]));
  if (now !== known) {
    known = now;
    catalogue?.showScenes(page.results);
    lattices.load();
    epochs.load();
  }
  if (page.next)
    byId("scenes").append(element("button", { type: "button", class: "quiet", onclick: showMore }, "Show more"));
}

async function tellClouds() {
  if (cloudiest >= 1) return;
  const [{ counts } = {}, error] = await get(urls.get("api:project-detail", project.id), { quiet: true });
  byId("cloudy").hidden = Boolean(error) || !counts.cloudy;
  if (!error)
    byId("cloudy").textContent = `${cloudyWords(counts.cloudy)}, by more than ${percent(cloudiest)} of the tile.`;
}

function showMore() {
  shown += AT_ONCE;
  loadScenes();
}

async function change(scene, fields) {
  const [, error] = await patch(urls.get("api:scene-detail", project.id, scene.id), fields);
  const another = "sensor" in fields && fields.sensor !== scene.sensor.code;
  if (!error) toast(another ? "Sensor set: the tiles are embedded again." : "Saved.");
  loadScenes();
  poller.now();
}

function describe(scene) {
  new BandsDialog(project, scene, refresh);
}

function locate(scene) {
  new PlaceDialog(project, scene, refresh);
}

async function bring(scene) {
  const [, error] = await post(urls.get("api:scene-bring", project.id, scene.id));
  if (!error) toast(`${scene.name} is brought in.`);
  poller.now();
}

function date(scene) {
  new TimeDialog(project, scene, refresh);
}

function offerSensors(own) {
  sensors = [...own, ...builtIn];
  const chosen = drop?.elements.sensor;
  if (chosen) {
    const options = sensors.map(({ code, title }) => element("option", { value: code }, title));
    chosen.replaceChildren(chosen.options[0], ...options);
  }
  loadScenes();
}

function align(scene) {
  new ShiftDialog(project, scene, refresh);
}

async function removeScene(scene) {
  const [known, trouble] = await get(urls.get("api:scene-dependents", project.id, scene.id));
  if (trouble) return;
  const text = sentences(known).join(" ");
  if (!known.removable) return openDialog(`${scene.name} stays`, element("p", {}, text));
  if (!(await ask(`Remove ${scene.name}?`, text, { yes: "Remove", danger: true }))) return;
  const [, error] = await remove(urls.get("api:scene-detail", project.id, scene.id));
  if (!error) toast(`${scene.name} was removed.`);
  loadScenes();
}

function told() {
  const { sensor, acquired } = drop.elements;
  return { sensor: sensor.value, acquired: acquired.value };
}

function sendFiles(files, onProgress, signal) {
  return sendImagery(project, files, told(), { onProgress, signal });
}

async function restart(job) {
  const [, error] = await post(urls.get("api:job-restart", project.id, job.id));
  if (!error) poller.now();
}

function showJobs({ results }) {
  const jobs = results.filter(({ kind }) => SHOWN.includes(kind));
  const shown = jobs
    .filter(({ state }) => state !== "done")
    .concat(jobs.filter(({ state }) => state === "done").slice(0, 3));
  byId("work").hidden = jobs.length === 0;
  byId("jobs").replaceChildren(jobList(shown, may.review ? restart : null));
  loadScenes();
}

function acceptDrops(uploads) {
  const mark = (over) => (event) => {
    event.preventDefault();
    drop.classList.toggle("over", over);
  };
  // Anywhere on the page: a file that misses the frame must not replace the page.
  document.addEventListener("dragover", mark(true));
  document.addEventListener("dragleave", mark(false));
  document.addEventListener("drop", (event) => {
    mark(false)(event);
    uploads.add([...event.dataTransfer.files]);
  });
}

function startUploads() {
  const uploads = new Uploads(sendFiles, limit * 2 ** 20);
  new UploadList(byId("uploads"), uploads);
  new Unfinished(byId("unfinished"), project, uploads).load();
  uploads.on("idle", () => poller.now());
  addEventListener("online", () => uploads.resumeInterrupted());
  setInterval(() => navigator.onLine !== false && uploads.resumeInterrupted(), AGAIN);
  byId("files").addEventListener("change", (event) => {
    uploads.add([...event.target.files]);
    event.target.value = "";
  });
  byId("mounted")?.addEventListener("click", () => new MountedDialog(project, told, () => poller.now()));
  acceptDrops(uploads);
  addEventListener("beforeunload", (event) => uploads.busy && event.preventDefault());
}

if (may.own) startUploads();
offerSensors([]);
new OwnSensors(byId("own-sensors"), project, may, offerSensors).load();
poller.on("data", showJobs);
document.addEventListener("visibilitychange", () => (document.hidden ? poller.stop() : poller.start()));
poller.start();
