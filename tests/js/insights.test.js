import assert from "node:assert/strict";
import { test } from "node:test";
import {
  ahead,
  confidenceColour,
  describePoint,
  furtherReasons,
  gainSentence,
  MARKS,
  mistakes,
  nearest,
  readPoints,
  reliabilitySentence,
  shares,
  speaksOf,
  step,
} from "../../webapp/static/webapp/js/state/insights.js";

const points = readPoints([
  [11, 0, 0.1, 0.1, MARKS.labelled, 1, 2, 0.8],
  [12, 1, 0.9, 0.1, MARKS.open, null, 1, 0.4],
  [13, 2, 0.1, 0.9, MARKS.audit, 2, 2, 0.99],
  [14, 3, 0.5, 0.5, MARKS.queued, null, null, null],
]);

test("it works", () => {
  assert.deepEqual(points[0], {
    sample: 11,
    index: 0,
    x: 0.1,
    y: 0.1,
    mark: MARKS.labelled,
    label: 1,
    predicted: 2,
    confidence: 0.8,
  });
});

test("confidence has a colour where it is known", () => {
  assert.equal(confidenceColour(points[3]), null);
  assert.match(confidenceColour(points[1]), /^#/);
});

test("points that a mode has nothing to say of are its ground", () => {
  const full = (mode) => points.map((point) => speaksOf(point, mode));
  assert.deepEqual(full("work"), [true, false, true, true]);
  assert.deepEqual(full("confidence"), [true, true, true, false]);
});

test("a point is told in words", () => {
  assert.deepEqual(describePoint(points[2], { label: "Forest", predicted: "Forest" }), {
    title: "Tile 2",
    lines: ["Labelled Forest (audit)", "The model says Forest, 99% sure"],
  });
  assert.deepEqual(describePoint(points[3], { label: "", predicted: "" }).lines, ["Among the next in the queue"]);
});

test("the nearest point within reach is found in px, not in shares", () => {
  const room = { across: 1000, down: 100, reach: 12 };
  assert.equal(nearest(points, 0.11, 0.1, room).sample, 11);
  assert.equal(nearest(points, 0.13, 0.1, room), null);
  assert.equal(nearest(points, 0.1, 0.2, room).sample, 11);
  assert.equal(nearest([], 0, 0, room), null);
});

test("arrows go to the next point in their direction and stay where there is none", () => {
  assert.equal(step(points, points[0], "ArrowRight").sample, 12);
  assert.equal(step(points, points[0], "ArrowUp").sample, 13);
  assert.equal(step(points, points[0], "ArrowLeft").sample, 11);
  assert.equal(step(points, points[0], "ArrowDown").sample, 11);
  assert.equal(step(points, points[3], "ArrowRight").sample, 12);
});

test("shares are of the row, and a row of zeros stays zero", () => {
  assert.deepEqual(
    shares([
      [3, 1],
      [0, 0],
    ]),
    [
      [0.75, 0.25],
      [0, 0],
    ],
  );
});

test("mistakes are off the diagonal, the most frequent first", () => {
  const counts = [
    [9, 1, 0],
    [3, 9, 0],
    [0, 0, 9],
  ];
  assert.deepEqual(mistakes(counts), [
    { row: 1, column: 0, count: 3 },
    { row: 0, column: 1, count: 1 },
  ]);
  assert.deepEqual(
    mistakes([
      [5, 0],
      [0, 5],
    ]),
    [],
  );
});

test("what more labels would buy is said in plain words", () => {
  assert.match(gainSentence({ gain: null, more: 50 }), /cannot be said yet/);
  assert.match(gainSentence({ gain: 0, more: 50 }), /hardly change/);
  assert.equal(
    gainSentence({ gain: 0.0123, more: 50 }),
    "The next 50 labels are likely to buy 1.2 points of accuracy.",
  );
});

test("the curve goes on from its last point and never beyond all right", () => {
  const curve = [
    { labels: 10, accuracy: 0.5 },
    { labels: 40, accuracy: 0.99 },
  ];
  assert.deepEqual(ahead(curve, { gain: 0.02, more: 50 }), { labels: 90, accuracy: 1 });
  assert.equal(ahead(curve, { gain: null, more: 50 }), null);
  assert.equal(ahead([], { gain: 0.02, more: 50 }), null);
});

test("the gain is not told twice", () => {
  const reasons = [
    "50 more labels are likely to add 1.2 points of accuracy.",
    "2 of 3 classes have fewer than 20 labels.",
  ];
  assert.deepEqual(furtherReasons({ reasons, more: 50 }), [reasons[1]]);
});

test("the calibration error is told in points, with its basis", () => {
  const said = reliabilitySentence({ error: 0.089, bins: [{ count: 3 }, { count: 28 }] });
  assert.match(said, /8\.9 points/);
  assert.match(said, /31 audits/);
  assert.match(reliabilitySentence({ error: 0.1, bins: [{ count: 11.7 }, { count: 0.4 }] }), /12 audits/);
});
