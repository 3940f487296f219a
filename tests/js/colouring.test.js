import assert from "node:assert/strict";
import { test } from "node:test";
import { legendOf, MODES, paintOf, rampColour } from "../../webapp/static/webapp/js/state/colouring.js";

const water = { code: 1, name: "Open water", colour: "#0072b2", hotkey: "1" };
const forest = { code: 2, name: "Forest", colour: "#009e73", hotkey: "" };
const classOf = (code) => ({ 1: water, 2: forest })[code] ?? null;
const tile = (fields) => ({ state: "open", label: null, suggested: null, confidence: null, audit: false, ...fields });

test("it works: a labelled tile has its class's colour and key", () => {
  const paint = paintOf(tile({ state: "labelled", label: 1 }), "class", classOf);
  assert.deepEqual([paint.fill, paint.pattern, paint.sign], ["#0072b2", null, "1"]);
});

test("a suggestion is hatched and questioned, so that nobody takes it for a label", () => {
  const paint = paintOf(tile({ suggested: 2, confidence: 0.9 }), "class", classOf);
  assert.deepEqual([paint.fill, paint.pattern, paint.sign], ["#009e73", "hatch", "2?"]);
});

test("an open tile without a word of the model stays bare", () => {
  for (const mode of Object.keys(MODES)) assert.equal(paintOf(tile({}), mode, classOf).fill, null);
});

test("a waiting audit shows its corner and nothing else", () => {
  for (const mode of Object.keys(MODES)) {
    const paint = paintOf(tile({ audit: true }), mode, classOf);
    assert.deepEqual([paint.audit, paint.fill, paint.sign], [true, null, ""]);
  }
});

test("a labelled audit is a label like any other", () => {
  assert.equal(paintOf(tile({ audit: true, state: "labelled", label: 1 }), "class", classOf).audit, false);
});

test("empty tiles look empty in every mode", () => {
  for (const mode of Object.keys(MODES))
    assert.equal(paintOf(tile({ state: "empty" }), mode, classOf).pattern, "cross");
});

test("confidence runs from dark to light", () => {
  assert.equal(rampColour(0), "#00224e");
  assert.equal(rampColour(0.95), "#fee838");
  assert.equal(rampColour(1), "#fee838");
});

test("the legend names all that can be on the map, without retired classes", () => {
  const titles = legendOf("class", [water, { ...forest, retired: true }]).map(({ title }) => title);
  assert.deepEqual(titles, ["Open water", "Suggested by the model"]);
  assert.equal(legendOf("state", []).length, 6);
  assert.equal(legendOf("confidence", [])[0].title, "95–100%");
});

test("what people disagree on is told from what is open, by colour, pattern and sign", () => {
  const { fill, pattern, sign } = paintOf({ state: "disputed", label: null, suggested: 2 }, "state", () => null);
  assert.deepEqual([fill, pattern, sign], ["#cc79a7", "hatch", "!"]);
});
