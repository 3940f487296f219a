import assert from "node:assert/strict";
import { test } from "node:test";
import {
  classLegend,
  confidenceLegend,
  paintClass,
  paintConfidence,
  paintState,
  rampColour,
  stateLegend,
} from "../../webapp/static/webapp/js/state/colouring.js";

const water = { code: 1, name: "Open water", colour: "#0072b2", hotkey: "1" };
const forest = { code: 2, name: "Forest", colour: "#009e73", hotkey: "" };
const classOf = (code) => ({ 1: water, 2: forest })[code] ?? null;
const PAINTS = [paintState, paintConfidence, (tile) => paintClass(tile, classOf)];
const tile = (fields) => ({ state: "open", label: null, suggested: null, confidence: null, audit: false, ...fields });

test("it works: a labelled tile has its class's colour and key", () => {
  const paint = paintClass(tile({ state: "labelled", label: 1 }), classOf);
  assert.deepEqual([paint.fill, paint.pattern, paint.sign], ["#0072b2", null, "1"]);
});

test("a suggestion is hatched and questioned, so that nobody takes it for a label", () => {
  const paint = paintClass(tile({ suggested: 2, confidence: 0.9 }), classOf);
  assert.deepEqual([paint.fill, paint.pattern, paint.sign], ["#009e73", "hatch", "2?"]);
});

test("an open tile without a word of the model stays bare", () => {
  for (const paint of PAINTS) assert.equal(paint(tile({})).fill, null);
});

test("a waiting audit shows its corner and nothing else", () => {
  for (const paintOf of PAINTS) {
    const paint = paintOf(tile({ audit: true }));
    assert.deepEqual([paint.audit, paint.fill, paint.sign], [true, null, ""]);
  }
});

test("a labelled audit is a label like any other", () => {
  assert.equal(paintClass(tile({ audit: true, state: "labelled", label: 1 }), classOf).audit, false);
});

test("empty tiles look empty in every mode", () => {
  for (const paint of PAINTS) assert.equal(paint(tile({ state: "empty" })).pattern, "cross");
});

test("confidence runs from dark to light", () => {
  assert.equal(rampColour(0), "#00224e");
  assert.equal(rampColour(0.95), "#fee838");
  assert.equal(rampColour(1), "#fee838");
});

test("the legend names all that can be on the map, without retired classes", () => {
  const titles = classLegend([water, { ...forest, retired: true }]).map(({ title }) => title);
  assert.deepEqual(titles, ["Open water", "Suggested by the model"]);
  const grouped = classLegend([forest, { ...water, group: "Wet" }]).map(({ head, title }) => head ?? title);
  assert.deepEqual(grouped, ["Forest", "Wet", "Open water", "All classes", "Suggested by the model"]);
  assert.equal(stateLegend().length, 7);
  assert.equal(confidenceLegend()[0].title, "95–100%");
});

test("what people disagree on is told from what is open, by colour, pattern and sign", () => {
  const { fill, pattern, sign } = paintState(tile({ state: "disputed" }));
  assert.deepEqual([fill, pattern, sign], ["#cc79a7", "hatch", "!"]);
  assert.equal(paintClass(tile({ state: "disputed", suggested: 2 }), classOf).sign, "!");
});
