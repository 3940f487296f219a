import assert from "node:assert/strict";
import { test } from "node:test";
import { apartLegend, describeApart, paintApart } from "../../webapp/static/webapp/js/state/apart.js";

const classes = [{ code: 1, name: "Open water" }];
const tile = (fields) => ({ state: "open", audit: false, apart: null, ...fields });
const apart = (level) => ({ level, without: "sar", label: 1 });

test("it works: the further apart, the brighter, and far ones with a figure", () => {
  const near = paintApart(tile({ apart: apart(0.05) }));
  const far = paintApart(tile({ apart: apart(0.7) }));
  assert.notEqual(near.fill, far.fill);
  assert.deepEqual([near.sign, far.sign], ["", "70"]);
});

test("where nothing was compared the tile stays bare", () => {
  assert.equal(paintApart(tile({})).fill, null);
  assert.deepEqual(describeApart(tile({}), classes), {});
});

test("words say which sensor is left out and what the tile would be then", () => {
  assert.equal(describeApart(tile({ apart: apart(0.7) }), classes).text, "70% apart: Open water without the radar");
});

test("the legend has a colour for each level, the furthest first", () => {
  const rows = apartLegend();
  assert.equal(rows[0].title, "Opposite answers");
  assert.equal(new Set(rows.map(({ paint }) => paint.fill)).size, 5);
});
