import assert from "node:assert/strict";
import { test } from "node:test";
import {
  choose,
  ofTile,
  otherDate,
  otherSensor,
  otherView,
  queryOf,
  sceneFor,
  shortly,
  titleOf,
  titleParts,
  viewFor,
  viewsOf,
  wishFor,
} from "../../webapp/static/webapp/js/state/views.js";

const scene = (id, sensor, acquired, names, more = {}) => ({
  id,
  name: `scene ${id}`,
  acquired,
  sensor,
  sensor_title: sensor.toUpperCase(),
  epochs: [],
  kind: "raster",
  composites: names.map((name) => ({ name, title: name.toUpperCase() })),
  ...more,
});

const march = scene(1, "s2", "2021-03-01", ["true", "nir"]);
const may = scene(2, "s2", "2021-05-01T10:00:00Z", ["true", "nir"]);
const radar = scene(3, "s1", "2021-04-28", ["vv", "true"]);
const item = { scenes: [march, radar, may] };

test("it works: a wish comes to a scene and a view, and keeps to it", () => {
  const { scene: shown, view } = choose(item, { scene: 2, view: "nir" });
  assert.equal(shown, may);
  assert.deepEqual([view.title, view.query], ["NIR", { composite: "nir" }]);
  assert.deepEqual(choose(item, wishFor({ scene: may, view })), { scene: may, view });
});

test("without a wish, the oldest picture is shown by its first composite", () => {
  assert.equal(sceneFor({ scenes: [{ ...march, kind: "posts" }, radar] }, {}), radar);
  assert.equal(choose(item, null).view.title, "TRUE");
  assert.deepEqual(choose({ scenes: [] }, null), { scene: null, view: null });
});

test("a sample without the wanted scene shows its epoch, its sensor, or the nearest date", () => {
  assert.equal(sceneFor(item, { scene: 9, sensor: "s1" }), radar);
  assert.equal(sceneFor(item, { scene: 9, sensor: "s2", acquired: "2021-04-29" }), may);
  const epochs = { scenes: [{ ...march, epochs: [7] }, may, radar] };
  assert.equal(sceneFor(epochs, { scene: 9, epoch: 7, sensor: "s1" }).id, 1);
});

test("a date or sensor is flipped with the view unchanged where there is such a view", () => {
  assert.equal(otherDate(item, march, 1), may);
  assert.equal(otherDate(item, may, 1), march);
  assert.equal(otherSensor(item, may, 1), radar);
  assert.equal(otherSensor(item, radar, 1), may, "the one nearest in time");
  assert.equal(viewFor(radar, { view: "true" }).title, "TRUE");
  assert.equal(viewFor(radar, { view: "nir" }).title, "VV");
});

test("views go round in both directions, saved ones after the sensor's", () => {
  const catalogue = {
    presets: [
      { name: "true", title: "TRUE", sensor: "s2", recipe: { composite: "true" } },
      { name: "ndvi", title: "NDVI", sensor: "s2", recipe: { expression: "nir - red" } },
      { name: "vv-db", title: "VV in dB", sensor: "s1", recipe: { expression: "VV", decibels: true } },
    ],
    results: [
      { id: 5, name: "Water", sensors: ["s2"], recipe: {} },
      { id: 6, name: "Ship", sensors: ["s1"], recipe: {} },
    ],
  };
  assert.deepEqual(
    viewsOf(may, catalogue).map(({ title }) => title),
    ["TRUE", "NIR", "NDVI", "Water"],
  );
  const [first, , index, last] = viewsOf(may, catalogue);
  assert.deepEqual(otherView({ scene: may, view: first }, -1, catalogue).view, last);
  assert.deepEqual(otherView({ scene: may, view: last }, 1, catalogue).view, first);
  assert.deepEqual(
    [first.query, index.query, last.query],
    [{ composite: "true" }, { recipe: '{"expression":"nir - red"}' }, { view: 5 }],
  );
});

test("a recipe of one's own stays with the sensor it was made for", () => {
  const wish = { of: "s2", view: { bands: ["B8", "B4", "B3"] } };
  assert.deepEqual(viewFor(may, wish).query, { recipe: '{"bands":["B8","B4","B3"]}' });
  assert.equal(viewFor(radar, wish).title, "VV");
  assert.deepEqual(otherView({ scene: may, view: viewFor(may, wish) }, 1).view.title, "TRUE");
  assert.deepEqual(queryOf({ composite: "true" }), { composite: "true" });
});

test("a title says what tells one pane from another", () => {
  const choice = { scene: may, view: viewsOf(may)[0] };
  assert.equal(titleOf(item, choice), "S2 · 2021-05-01 · TRUE");
  assert.equal(titleOf({ scenes: [may] }, choice), "TRUE");
  assert.equal(titleOf({ scenes: [may, { ...march, acquired: null }] }, choice), "2021-05-01 · TRUE");
  assert.deepEqual(titleParts(item, choice), { sensor: "S2", which: "2021-05-01", view: "TRUE" });
  assert.equal(titleOf(item, { scene: null, view: null }), "");
});

test("a sensor's title is cut at what only counts or lists, never within what it says", () => {
  const titles = ["Landsat 7 ETM+ (1-5, 6)", "Camera, 4 bands (red, nir)", "As stated: 48 bands, 380 to 1050 nm"];
  assert.deepEqual(titles.map(shortly), ["Landsat 7 ETM+", "Camera", "As stated: 48 bands, 380 to 1050 nm"]);
  assert.equal(shortly("As stated: blue, green"), "As stated: blue, green");
});

test("clouds and posts have panes of their own among their views", () => {
  const cloud = scene(8, "lidar", null, ["height", "class"], { kind: "points" });
  const names = viewsOf(cloud).map(({ view }) => view);
  const panes = ["points:height", "points:intensity", "points:class", "points:3d"];
  assert.deepEqual(names, ["height", "class", ...panes]);
  assert.deepEqual(viewFor(cloud, wishFor({ scene: cloud, view: viewsOf(cloud)[3] })).view, "points:intensity");
  assert.deepEqual(viewFor(march, { view: "points:class" }).view, "true"); // a picture has no points
  const posts = scene(9, "posts", null, ["count"], { kind: "posts" });
  assert.deepEqual(
    viewsOf(posts).map(({ view }) => view),
    ["posts"],
  );
  assert.deepEqual(choose({ scenes: [posts] }, {}).view.title, "Posts");
  assert.equal(choose({ scenes: [posts, march] }, {}).scene, march);
});

test("the contrast of the tile takes the place of any other", () => {
  const shown = (recipe) => JSON.parse(ofTile({ scene: may, view: { recipe } }).view.query.recipe);
  const usual = { by: "percentile", low: 2, high: 98, of: "tile" };
  assert.deepEqual(shown({ composite: "true" }), { composite: "true", stretch: usual });
  assert.deepEqual(shown({ expression: "a", stretch: { by: "ends", ends: [[0, 1]] } }).stretch, usual);
  assert.deepEqual(shown({ expression: "a", stretch: { by: "stddev", k: 1 } }).stretch, {
    by: "stddev",
    k: 1,
    of: "tile",
  });
  assert.deepEqual(ofTile({ scene: null, view: null }), { scene: null, view: null });
});
