import assert from "node:assert/strict";
import { test } from "node:test";
import { Layout } from "../../webapp/static/webapp/js/state/layout.js";

const scene = (id, sensor, acquired, names, epochs = []) => ({
  id,
  name: `scene ${id}`,
  acquired,
  sensor,
  sensor_title: sensor,
  epochs,
  kind: "raster",
  composites: names.map((name) => ({ name, title: name })),
});
const march = scene(1, "s2", "2021-03-01", ["true", "nir"], [7]);
const may = scene(2, "s2", "2021-05-01", ["true", "nir"], [8]);
const radar = scene(3, "s1", "2021-05-02", ["vv"], [8]);
const item = { scenes: [march, may, radar], epochs: [] };
const shown = (layout, of = item) => layout.choices(of).map(({ scene: { id }, view }) => `${id} ${view.title}`);

test("it works: panes are added with something else each, and closed again", () => {
  const layout = new Layout();
  for (let count = 1; count < 4; count += 1) layout.add(item);
  assert.deepEqual(shown(layout), ["1 true", "2 true", "3 vv", "1 nir"]);
  assert.equal(layout.add(item), false, "four are the most");
  for (let count = 4; count > 1; count -= 1) assert.equal(layout.remove(), true);
  assert.equal(layout.remove(), false);
});

test("keys change the active pane alone", () => {
  const layout = new Layout();
  layout.add(item);
  layout.cycle(item, 1);
  assert.deepEqual(shown(layout), ["1 true", "2 nir"]);
  layout.step(1);
  layout.flipDate(item, 1);
  assert.deepEqual(shown(layout), ["2 true", "2 nir"]);
});

test("the view is kept over a sensor that lacks it", () => {
  const layout = new Layout();
  layout.cycle(item, 1);
  layout.flipSensor(item, 1);
  assert.deepEqual(shown(layout), ["3 vv"]);
  layout.flipSensor(item, 1);
  assert.deepEqual(shown(layout), ["2 nir"]);
});

test("a layout is kept from sample to sample and over a reload", () => {
  const layout = new Layout();
  let kept = null;
  layout.on("change", () => {
    kept = JSON.parse(JSON.stringify(layout.wishes));
  });
  layout.add(item);
  layout.cycle(item, 1);
  assert.deepEqual(shown(new Layout(kept)), ["1 true", "2 nir"]);
  const elsewhere = {
    scenes: [
      { ...may, id: 12 },
      { ...march, id: 11 },
    ],
    epochs: [],
  };
  assert.deepEqual(shown(layout, elsewhere), ["11 true", "12 nir"]);
});

test("what a label compares lies side by side, until somebody arranges the panes", () => {
  const pair = { ...item, epochs: [{ id: 7 }, { id: 8 }] };
  const layout = new Layout();
  assert.deepEqual(shown(layout, pair), ["1 true", "2 true"]);
  layout.remove();
  assert.equal(shown(layout, pair).length, 1);
});

test("the active pane is compared with the next one, or with what a new one would show", () => {
  const layout = new Layout();
  assert.equal(layout.partner(item).scene, may);
  layout.add(item);
  assert.equal(layout.partner(item).scene, march);
  layout.step(1);
  assert.equal(layout.partner(item).scene, may);
});

test("nonsense in the browser's store is no layout", () => {
  for (const kept of [null, 3, "x", [], {}]) assert.equal(new Layout(kept).count, 1);
});
