import assert from "node:assert/strict";
import { test } from "node:test";
import Amount from "../../webapp/static/webapp/js/tasks/amount.js";
import Boxes from "../../webapp/static/webapp/js/tasks/boxes.js";
import Classes from "../../webapp/static/webapp/js/tasks/classes.js";
import Masks from "../../webapp/static/webapp/js/tasks/masks.js";
import Points from "../../webapp/static/webapp/js/tasks/points.js";
import Tags from "../../webapp/static/webapp/js/tasks/tags.js";
import { Task } from "../../webapp/static/webapp/js/tasks/task.js";

const classes = [
  { code: 1, name: "Open water", colour: "#0072b2", hotkey: "1", merged_into: null },
  { code: 2, name: "Forest", colour: "#009e73", hotkey: "", merged_into: null },
  { code: 3, name: "Pond", colour: "#e69f00", hotkey: "3", merged_into: 1, retired: true },
];
const make = (Kind, options = {}) => new Kind({ task: { options }, classes });

// Everything a kind may have to say, by the names of task.js
function namesOf(kind) {
  const names = new Set(Object.keys(kind));
  for (let each = Object.getPrototypeOf(kind); each !== Object.prototype; each = Object.getPrototypeOf(each))
    for (const name of Object.getOwnPropertyNames(each)) names.add(name);
  return names;
}

test("it works: a class is told by its name, by the value or by the code of older servers", () => {
  const kind = make(Classes);
  assert.equal(kind.text({ verdict: "label", value: { class: 2 } }), "Forest");
  assert.equal(kind.text({ verdict: "label", label: 3 }), "Open water");
  assert.equal(kind.text({ verdict: "skip", label: null }), "skipped");
});

test("kinds answer what the pages ask and nothing that no page asks", () => {
  const asked = namesOf(new Task({ task: {} }));
  const shared = ["classOf", "inUse", "palette", "codeOf", "mark"];
  const own = ["valueIn", "chanceOf", "amountOf", "interval", "objects"]; // of one kind, for its own modules
  shared.push(...own);
  for (const Kind of [Classes, Masks, Tags, Amount, Boxes, Points])
    for (const name of namesOf(make(Kind, { tolerance: 1, step: 1 })))
      assert.ok(asked.has(name) || shared.includes(name), `${Kind.name}.${name}`);
});

test("every kind has words for the guided tour", async () => {
  for (const Kind of [Classes, Masks, Tags, Amount, Boxes, Points]) {
    const { default: words } = await make(Kind, { tolerance: 1, step: 1 }).tour();
    assert.equal(typeof words, "function", Kind.name);
  }
});

test("retired classes are offered nowhere", () => {
  const kind = make(Classes);
  assert.deepEqual(kind.filters(), [
    [1, "Open water"],
    [2, "Forest"],
  ]);
  assert.deepEqual(kind.relabelKeys(), [["1", "Label it Open water"]]);
  assert.equal(kind.pointPicks("class").length, 2);
});

test("points of the insights plane are coloured by label or by what the model says, and one class can stand alone", () => {
  const kind = make(Classes);
  const point = { label: 1, predicted: 2 };
  assert.equal(kind.pointColour(point, "class"), "#0072b2");
  assert.equal(kind.pointColour(point, "predicted"), "#009e73");
  assert.deepEqual([kind.pointSpeaks(point, "class", null), kind.pointSpeaks(point, "class", 2)], [true, false]);
  assert.deepEqual(kind.pointWords(point), { label: "Open water", predicted: "Forest" });
});

test("of masks, pretraining promises only what it changes, and shares of classes say nothing", () => {
  const kind = make(Masks);
  assert.match(kind.aboutWay("pretrain"), /which tiles you are asked for/);
  assert.equal(kind.aboutWay("finetune"), "");
  assert.match(kind.lacks.rare_percent, /one class for each tile/);
  assert.equal(kind.text({ verdict: "label", label: null }), "a mask");
  assert.equal(kind.text({ verdict: "unsure", label: null }), "unsure");
});

test("tags are told by their names, and none of these is told too", () => {
  const kind = make(Tags);
  assert.equal(kind.text({ verdict: "label", value: { tags: [1], unsure: [2] } }), "Open water, Forest?");
  assert.equal(kind.text({ verdict: "label", value: { tags: [] } }), "none of these");
  assert.equal(kind.text({ verdict: "skip", value: {} }), "skipped");
  const tile = { index: 3, state: "open", value: null, suggested_value: [1, 2], confidence: 0.8, audit: false };
  assert.equal(kind.describe(tile).text, "Open water, Forest? 80%");
  assert.equal(kind.describe({ ...tile, audit: true }).text, "Audit, waiting");
  assert.deepEqual(kind.describe({ ...tile, state: "labelled", value: [] }).text, "none of these");
  assert.equal(kind.paint(tile, "tags").sign, "1 2?");
});

test("tiles on the plane are coloured by one tag: has it, hasn't, cannot be told, or the model's chance of it", () => {
  const kind = make(Tags);
  const codes = [1, 2];
  const read = (label, predicted) => kind.readPoint({ index: 0, label, predicted, confidence: 0.8 }, codes);
  const point = read([1, -1], [93, 4]);
  assert.deepEqual([kind.firstPick("class"), kind.firstPick("predicted"), kind.firstPick("work")], [1, 1, null]);
  assert.equal(kind.pointColour(point, "class", 1), "#0072b2");
  assert.equal(kind.pointColour(point, "class", 2), "transparent");
  assert.notEqual(kind.pointColour(read([0, 1], null), "class", 1), "#0072b2");
  assert.notEqual(kind.pointColour(point, "predicted", 1), kind.pointColour(point, "predicted", 2));
  assert.equal(kind.pointSpeaks(read([0, 0], null), "class", 1), true);
  assert.equal(kind.pointSpeaks(read(null, [1, 2]), "class", 1), false);
  assert.equal(kind.pointSpeaks(read(null, [1, 2]), "predicted", 1), true);
  assert.deepEqual(kind.pointWords(point), { label: "Open water, Forest?", predicted: "Open water 93%" });
  assert.deepEqual(kind.pointWords(read([0, 0], [12, 4])), { label: "none of these", predicted: "none of these" });
  assert.deepEqual(kind.pointWords(read(null, null)), { label: "", predicted: "" });
  assert.deepEqual(kind.pointWords(read(2, 1)), { label: "", predicted: "" }); // as older servers told it
});

test("what is said of the model suits the kind", () => {
  assert.match(make(Tags).rightness("83%"), /^Right on about 83% of the tags/);
  assert.match(make(Tags).steadiness(0.5), /agree on the likeliest tag with a kappa of 0.50/);
  assert.match(make(Classes).rightness("83%"), /^Right on about 83% of the ground/);
  assert.doesNotMatch(make(Tags).firstChecks, /class/);
});

test("with a tag chosen, how sure a suggestion is means that tag", () => {
  const kind = make(Tags);
  const said = { value: { tags: [1, 2], chances: { 1: 0.4, 2: 0.93, 3: 0.71 } }, confidence: 0.6 };
  assert.equal(kind.surely(said), "60% sure");
  assert.equal(kind.surely(said, 2), "93% sure of Forest");
  assert.equal(kind.surely(said, 1), "71% sure of Open water"); // Pond was merged into it
  assert.equal(kind.sureness({ value: {}, confidence: 0.6 }, 2), "0%");
  assert.equal(make(Classes).surely({ confidence: 0.6 }, 2), "60% sure");
});

test("a tag in question is turned round by one choice", () => {
  const item = { index: 3, kind: "model", tag: 2, given: 0, suggested: 1, own: 0.1, other: 0.9 };
  const kind = new Tags({ task: { options: {} }, classes });
  kind.mark = () => [];
  const { choices, keep } = kind.suspect(item);
  assert.deepEqual(choices[0].answer, { label: 2 });
  assert.equal(keep, "without Forest");
  assert.equal(kind.suspect({ ...item, given: 1 }).keep, "with Forest");
});

const moisture = { name: "Fuel moisture", unit: "%", low: 0, high: 100, step: 1, tolerance: 5 };

test("amounts are told with their unit, and what is right by their tolerance", () => {
  const kind = make(Amount, moisture);
  assert.equal(kind.text({ verdict: "label", value: { amount: 31, uncertainty: 2 } }), "31 % ± 2");
  assert.equal(kind.text({ verdict: "unsure", value: {} }), "unsure");
  assert.equal(kind.interval({ value: { amount: 31, low: 20.5, high: 44 } }), "20.5 to 44");
  assert.equal(kind.rightness("83%"), "Within ±5 % on about 83% of the ground");
  assert.match(kind.steadiness(0.97), /lie within ±5 % of each other on 97%/);
  const tile = {
    index: 1,
    state: "open",
    value: null,
    suggested_value: 31,
    width: 23.5,
    confidence: 0.7,
    audit: false,
  };
  assert.equal(kind.describe(tile).text, "31 %?, 23.5 % wide");
  assert.deepEqual(kind.pointWords({ label: 3, predicted: null }), { label: "3 %", predicted: "" });
});

test("objects are told by how many of each class count, a tile without any as none", () => {
  const kind = make(Boxes, { threshold: 0.5 });
  const boxes = [{ class: 2 }, { class: 3, score: 0.7 }, { class: 1, score: 0.6 }, { class: 1, score: 0.4 }];
  assert.equal(kind.text({ value: { boxes } }), "2 Open water, 1 Forest");
  assert.equal(kind.text({ value: { boxes: [] } }), "none");
  assert.equal(kind.text({ verdict: "skip", value: {} }), "skipped");
  assert.equal(make(Points).text({ value: { points: [{ class: 2 }, { class: 2 }] } }), "2 Forest");
});

test("points of the insights plane of objects are coloured by the commonest class and told by counts", () => {
  const kind = make(Points);
  const point = kind.readPoint({ label: { 1: 1, 2: 3 }, predicted: {} }, [1, 2]);
  assert.equal(kind.pointColour(point, "class"), "#009e73");
  assert.equal(kind.pointColour(point, "predicted"), null);
  assert.deepEqual(kind.pointWords(point), { label: "1 Open water, 3 Forest", predicted: "none" });
});
