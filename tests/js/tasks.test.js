import assert from "node:assert/strict";
import { test } from "node:test";
import Classes from "../../webapp/static/webapp/js/tasks/classes.js";
import Masks from "../../webapp/static/webapp/js/tasks/masks.js";
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
  for (const Kind of [Classes, Masks])
    for (const name of namesOf(make(Kind))) assert.ok(asked.has(name) || shared.includes(name), `${Kind.name}.${name}`);
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
