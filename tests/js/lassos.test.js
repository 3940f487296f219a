import assert from "node:assert/strict";
import { test } from "node:test";
import { given } from "../../webapp/static/webapp/js/state/given_classes.js";
import { codesBy, highest, insideOf } from "../../webapp/static/webapp/js/state/lassos.js";
import { Mask } from "../../webapp/static/webapp/js/state/mask.js";
import { Painter } from "../../webapp/static/webapp/js/state/painter.js";
import { TOOLS } from "../../webapp/static/webapp/js/tasks/masks/tools/index.js";

// A return a pixel of 10 x 10 px of 2 m; the western half is 8 m high, with ground below it.
function cloud() {
  const rows = [];
  for (let y = 0; y < 10; y += 1) {
    for (let x = 0; x < 10; x += 1) {
      rows.push([x + 0.5, y + 0.5, 0]);
      if (x < 5) rows.push([x + 0.5, y + 0.5, 8]);
    }
  }
  const column = (at) => Float32Array.from(rows, (row) => row[at]);
  return { count: rows.length, metres: [2, 2], x: column(0), y: column(1), z: column(2) };
}

const square = [
  [0, 0],
  [4, 0],
  [4, 4],
  [0, 4],
];
const canopy = {
  line: [
    [0, 5],
    [10, 5],
  ],
  width: 8,
  metres: [2, 2],
  polygon: [
    [0, 4],
    [20, 4],
    [20, 12],
    [0, 12],
  ],
};

test("it works: from above all heights are inside, in a profile those of its strip", () => {
  const returns = cloud();
  assert.equal(insideOf({ polygon: square }, returns).length, 32);
  const inside = insideOf(canopy, returns);
  assert.equal(inside.length, 20); // four rows of five
  assert.ok(inside.every((at) => returns.z[at] === 8));
});

test("later lassos win, one without a class takes back, and classes that are kept are not lost", () => {
  const returns = cloud();
  const of = (...lassos) => codesBy(lassos, returns);
  const [low, high] = [0, 1]; // both at the upper left
  assert.deepEqual([...of({ class: 3, polygon: square }).slice(low, high + 1)], [3, 3]);
  const far = { ...canopy, width: 100, class: 2 };
  assert.deepEqual([...of({ class: 3, polygon: square }, far).slice(0, 2)], [3, 2]);
  assert.deepEqual([...of({ class: 3, polygon: square }, { ...far, class: 0 }).slice(0, 2)], [3, 0]);
  assert.deepEqual([...of({ class: 3, polygon: square }, { ...far, keeps: [3] }).slice(0, 2)], [3, 3]);
});

test("one that crosses itself has returns inside by turns", () => {
  const bow = [
    [0, 0],
    [10, 10],
    [10, 0],
    [0, 10],
  ];
  const returns = cloud();
  const places = insideOf({ polygon: bow }, returns).map((at) => [returns.x[at], returns.y[at]]);
  assert.ok(places.some(([x, y]) => x === 0.5 && y === 5.5));
  assert.ok(!places.some(([x, y]) => x === 5.5 && y === 0.5));
});

test("a pixel is what its highest return is", () => {
  const returns = cloud();
  const numbers = highest(returns, { width: 10, height: 10 });
  assert.equal(returns.z[numbers[0]], 8);
  assert.equal(returns.z[numbers[9]], 0);
  assert.equal(highest({ ...returns, count: 0 }, { width: 10, height: 10 })[0], -1);
});

test("what was given is drawn in the colours of the classes, and told with their names and numbers", () => {
  given.classes = [{ code: 2, name: "Tree", colour: "#010203" }];
  const painted = { colours: Uint8Array.of(9, 9, 9, 8, 8, 8), legend: { title: "Height" } };
  assert.equal(given.over(painted, 1, 7), painted);
  const told = [];
  given.on("change", (sample) => told.push(sample));
  given.tell(1, 7, Uint8Array.of(0, 2));
  assert.deepEqual(told, [1]);
  const { colours, legend } = given.over(painted, 1, 7);
  assert.deepEqual([...colours], [9, 9, 9, 1, 2, 3]);
  assert.deepEqual(
    legend.given.map(({ name, count }) => [name, count]),
    [["Tree", 1]],
  );
  given.tell(1, 7, Uint8Array.of(0, 0));
  assert.equal(given.over(painted, 1, 7), painted);
});

test("the lasso for returns gives what was drawn to whoever knows the cloud, Alt takes away", () => {
  const painter = new Painter(TOOLS);
  painter.load(new Mask(16, 16));
  painter.choose(1);
  painter.pick("returns");
  const taken = [];
  painter.returns = { above: (ring, away) => taken.push([ring.length, away]) };
  const draw = (event) => {
    painter.press({ x: 2, y: 2 }, event);
    for (const [x, y] of [
      [10, 2],
      [10, 10],
      [2, 10],
    ]) {
      painter.drag({ x, y }, event);
    }
    painter.lift(event);
  };
  draw({});
  draw({ altKey: true });
  painter.press({ x: 2, y: 2 }, {});
  painter.lift({});
  assert.deepEqual(taken, [
    [4, false],
    [4, true],
  ]);
  assert.equal(painter.mask.empty, true);
});

test("what is kept beside a mask is undone and done again with the stroke that made it", () => {
  const mask = new Mask(4, 4);
  const steps = [];
  mask.on("step", () => steps.push(mask.notes));
  mask.inOneStep(() => {
    mask.notes = { returns: [1] };
  });
  mask.fillPixels([0], 1);
  assert.deepEqual(mask.draft().notes, { returns: [1] });
  mask.undo();
  mask.undo();
  assert.deepEqual(mask.notes, {});
  assert.equal(mask.empty, true);
  mask.redo();
  assert.deepEqual(mask.notes, { returns: [1] });
  assert.equal(steps.length, 5);
});
