// The ways to look at a sample: which of its scenes, and in which view.
//
// A wish is what a pane is to show of every sample: { scene, sensor, epoch, acquired, view, of }, each of which may be
// missing. Its view is the number of a saved one, the name of a preset such as "true-colour", or a recipe of one's own;
// `of` is the sensor that the latter is for. A choice is what that comes to for one sample:
// { scene, view: { view, title, recipe, query } }, where the query goes into addresses of pictures.
// The catalogue is what the server offers: { results: saved views, presets, ramps }.
import { recipeTitle } from "./recipes.js";

const RECORDS = ["posts", "series"]; // kinds of scenes that are no pictures
const LOCAL = ["percentile", "stddev", "minmax"]; // stretches that can be told from a tile
const NO_CATALOGUE = { results: [], presets: [], ramps: [] };

// What can be shown of scenes that are more than pictures, each by a pane of its own.
const POINTS = [
  ["points:height", "Points by height", "height"],
  ["points:intensity", "Points by intensity", "intensity"],
  ["points:class", "Points by class", "class"],
  ["points:3d", "Points in 3-D", "height"],
];
const POSTS = [["posts", "Posts", "count"]];

// Return the views of a scene: the composites of its sensor, its points or posts, what else that offers, then those
// that people saved.
export function viewsOf(scene, { results, presets } = NO_CATALOGUE) {
  if (scene.kind === "posts") return POSTS.map(ownPane);
  const composites = scene.composites.map(({ name, title }) => viewOf(name, title, { composite: name }));
  const known = new Set(composites.map(({ view }) => view));
  const further = presets.filter(({ sensor, name }) => sensor === scene.sensor && !known.has(name));
  const saved = results.filter(({ sensors }) => sensors.includes(scene.sensor));
  return [
    ...composites,
    ...(scene.kind === "points" ? POINTS.map(ownPane) : []),
    ...further.map(({ name, title, recipe }) => viewOf(name, title, recipe)),
    ...saved.map(({ id, name, recipe }) => ({ ...viewOf(id, name, recipe), query: { view: id } })),
  ];
}

// Return the view of a scene that a wish comes to; one that it doesn't have becomes its first.
export function viewFor(scene, wish, catalogue) {
  const views = viewsOf(scene, catalogue);
  const wanted = wish?.view ?? null;
  if (isOwn(wanted) && wish.of === scene.sensor) {
    const titles = Object.fromEntries(scene.composites.map(({ name, title }) => [name, title]));
    return viewOf(wanted, recipeTitle(wanted, titles), wanted);
  }
  return views.find(({ view }) => sameView(view, wanted)) ?? views[0] ?? null;
}

// Return a choice with the contrast of its tile instead of its own.
export function ofTile({ scene, view }) {
  if (!view) return { scene, view };
  const { stretch } = view.recipe;
  const way = LOCAL.includes(stretch?.by) ? stretch : { by: "percentile", low: 2, high: 98 };
  return { scene, view: { ...view, query: queryOf({ ...view.recipe, stretch: { ...way, of: "tile" } }) } };
}

// Return the scene of a sample that a wish comes to: the same one, else of its epoch, its sensor and about its date.
export function sceneFor(item, wish) {
  const scenes = scenesOf(item);
  const same = scenes.find(({ id }) => id === wish?.scene);
  if (same || !scenes.length) return same ?? null;
  const there = narrowed(scenes, ({ epochs }) => epochs.includes(wish?.epoch));
  const alike = narrowed(there, ({ sensor }) => sensor === wish?.sensor);
  return nearest(narrowed(alike, isPicture), wish?.acquired);
}

export function choose(item, wish, catalogue) {
  const scene = sceneFor(item, wish);
  return { scene, view: scene && viewFor(scene, wish, catalogue) };
}

// Return the wish that asks for a choice again, of any sample.
export function wishFor({ scene, view }) {
  if (!scene) return {};
  const { id, sensor, acquired, epochs } = scene;
  const asked = view?.view ?? null;
  const wish = { scene: id, sensor, epoch: epochs[0] ?? null, acquired: acquired ?? null, view: asked };
  return isOwn(asked) ? { ...wish, of: sensor } : wish;
}

// Return the choice `step` views further, around the end; the scene stays.
export function otherView({ scene, view }, step, catalogue) {
  const views = viewsOf(scene, catalogue);
  const at = views.findIndex((each) => sameView(each.view, view?.view));
  const next = views[(Math.max(at, step < 0 ? 0 : -1) + step + views.length) % views.length];
  return { scene, view: next ?? view };
}

// Return the scene of the same sensor `step` dates further, around the end.
export function otherDate(item, scene, step) {
  const scenes = datesOf(item, scene);
  const at = scenes.findIndex(({ id }) => id === scene?.id);
  return scenes[(at + step + scenes.length) % scenes.length] ?? scene;
}

// Return a scene of the next sensor, about as old.
export function otherSensor(item, scene, step) {
  const scenes = scenesOf(item);
  const sensors = [...new Set(scenes.map(({ sensor }) => sensor))];
  const next = sensors[(sensors.indexOf(scene?.sensor) + step + sensors.length) % sensors.length];
  return (
    nearest(
      scenes.filter(({ sensor }) => sensor === next),
      scene?.acquired,
    ) ?? scene
  );
}

// Return the scenes of the sensor of `scene`, oldest first.
export function datesOf(item, scene) {
  return scenesOf(item).filter(({ sensor }) => sensor === scene?.sensor);
}

// Return all scenes of a sample's place: those that its label speaks of, then others of the same ground.
export function scenesOf(item) {
  return [...item.scenes, ...(item.others ?? [])];
}

// Return what to call a choice: its parts in a line.
export function titleOf(item, choice) {
  return Object.values(titleParts(item, choice)).filter(Boolean).join(" · ");
}

// Return the parts of what to call a choice: the sensor where there are several, the date or else the name, the view.
export function titleParts(item, { scene, view }) {
  if (!scene) return {};
  const scenes = scenesOf(item);
  const several = scenes.length > 1;
  const sensors = new Set(scenes.map(({ sensor }) => sensor)).size > 1;
  const when = several && (dayOf(scene) || scene.name);
  const told = { sensor: sensors && shortly(scene.sensor_title), which: when, view: view?.title };
  const date = dateOfPair(item, scene);
  return date ? { date, ...told } : told;
}

// Which of two epochs that a label compares a scene shows: "Earlier", "Later", or "" where it shows neither or both.
function dateOfPair({ epochs = [] }, scene) {
  if (epochs.length < 2) return "";
  const shown = ["Earlier", "Later"].filter((_, at) => scene.epochs?.includes(epochs[at].id));
  return shown.length === 1 ? shown[0] : "";
}

// "Landsat 7 ETM+ (1-5, 6 high gain, 7)" is one among few here, and so is "Camera, 4 bands".
export function shortly(title) {
  return title.replace(/\s*(\(|, \d+ bands?\b).*$/, "");
}

export function dayOf({ acquired }) {
  return acquired?.slice(0, 10) ?? "";
}

export function sameView(one, other) {
  return JSON.stringify(one ?? null) === JSON.stringify(other ?? null);
}

// Return the query of pictures in a recipe; composites have a shorter one.
export function queryOf(recipe) {
  const plain = Object.keys(recipe).length === 1 && recipe.composite;
  return plain ? { composite: recipe.composite } : { recipe: JSON.stringify(recipe) };
}

// Return the pixels of surroundings shown on each side of a tile.
export function marginOf(tilePx) {
  return Math.min(128, tilePx);
}

function isPicture({ kind }) {
  return !RECORDS.includes(kind);
}

function isOwn(view) {
  return view !== null && typeof view === "object";
}

// A picture stands for it where only that can be shown.
function ownPane([view, title, composite]) {
  return viewOf(view, title, { composite });
}

function viewOf(view, title, recipe) {
  return { view, title, recipe, query: queryOf(recipe) };
}

function narrowed(scenes, wanted) {
  const left = scenes.filter(wanted);
  return left.length ? left : scenes;
}

function nearest(scenes, acquired) {
  const away = (scene) => (scene.acquired ? Math.abs(Date.parse(scene.acquired) - Date.parse(acquired)) : Infinity);
  if (!acquired || !scenes.some((scene) => scene.acquired)) return scenes[0] ?? null;
  return scenes.reduce((best, scene) => (away(scene) < away(best) ? scene : best));
}
