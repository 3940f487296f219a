import assert from "node:assert/strict";
import { test } from "node:test";
import { Drawn } from "../../webapp/static/webapp/js/tasks/objects/drawn.js";
import * as geometry from "../../webapp/static/webapp/js/tasks/objects/geometry.js";
import { answerOf, firstThings, inUse, tally } from "../../webapp/static/webapp/js/tasks/objects/value.js";
import { PointHand } from "../../webapp/static/webapp/js/tasks/points/hand.js";

const SIDE = 32;
const box = (x, y, more = {}) => ({ class: 1, x, y, width: 8, height: 4, angle: 0, by: "own", ...more });
const near = (one, other) => assert.ok(Math.hypot(one.x - other.x, one.y - other.y) < 0.02, JSON.stringify(one));

test("it works: what is drawn is sent, taken back and drawn again", () => {
  const drawn = new Drawn([], { side: SIDE, code: 2 });
  drawn.add({ x: 8, y: 8, width: 4, height: 4, angle: 0 });
  const value = { boxes: [{ class: 2, x: 8, y: 8, width: 4, height: 4 }] };
  assert.deepEqual(answerOf(drawn.kept, "boxes"), value);
  assert.equal(drawn.undo(), true);
  assert.deepEqual(answerOf(drawn.kept, "boxes"), { boxes: [] });
  drawn.redo();
  assert.deepEqual(answerOf(drawn.kept, "boxes"), value);
  assert.deepEqual([drawn.undo(), drawn.undo()], [true, false]);
});

test("suggestions above the threshold are drawn as the model's until touched, the rest are guesses that are not saved", () => {
  const value = { boxes: [box(8, 8, { score: 0.9 }), box(20, 20, { score: 0.3 }), box(4, 4, { score: 0.2 })] };
  const asked = { entry: "boxes", threshold: 0.5, codeOf: (code) => code };
  const drawn = new Drawn(firstThings({ suggestion: { value } }, asked), { side: SIDE, code: 1 });
  assert.deepEqual(
    drawn.things.map(({ by }) => by),
    ["model", "ghost", "ghost"],
  );
  assert.equal(drawn.kept.length, 1);
  drawn.select(drawn.things[0].id);
  drawn.alter({ x: 9 });
  assert.equal(drawn.current.by, "own");
  assert.equal(drawn.take(), true);
  assert.deepEqual(
    drawn.things.map(({ by }) => by),
    ["own", "own", "ghost"],
  );
  assert.equal(drawn.kept.length, 2);
  assert.deepEqual(firstThings({ audit: true, suggestion: { value } }, asked), []);
});

test("a drag is one step back, and one that moved nothing is none", () => {
  const drawn = new Drawn([box(8, 8)], { side: SIDE, code: 1 });
  drawn.step(1);
  drawn.begin();
  drawn.end();
  assert.equal(drawn.draft(), null);
  drawn.begin();
  for (const x of [9, 10, 11]) drawn.preview({ x });
  drawn.end();
  assert.equal(drawn.things[0].x, 11);
  drawn.undo();
  assert.equal(drawn.things[0].x, 8);
});

test("what was drawn comes back from a draft, and the class of the selected one changes", () => {
  const drawn = new Drawn([box(8, 8), box(20, 20)], { side: SIDE, code: 1 });
  drawn.step(-1);
  drawn.choose(3);
  const again = new Drawn([], { side: SIDE, code: 1, draft: JSON.parse(JSON.stringify(drawn.draft())) });
  assert.deepEqual(
    again.things.map((each) => each.class),
    [1, 3],
  );
  assert.deepEqual(
    [...again.counts()],
    [
      [1, 1],
      [3, 1],
    ],
  );
});

test("objects are gone through in reading order, and past the last one there is none", () => {
  const drawn = new Drawn([box(20, 20), box(8, 8)], { side: SIDE, code: 1 });
  drawn.step(1);
  assert.equal(drawn.current.y, 8);
  drawn.step(1);
  assert.equal(drawn.current.y, 20);
  assert.equal(drawn.neighbour(1), null);
  drawn.remove();
  assert.equal(drawn.current.y, 8);
});

test("a copy lies beside, inside the tile", () => {
  const drawn = new Drawn([box(28, 30)], { side: SIDE, code: 1 });
  drawn.step(1);
  drawn.duplicate();
  assert.deepEqual([drawn.current.x, drawn.current.y, drawn.things.length], [25, 27, 2]);
});

test("a turned box keeps the corner opposite to the one that is gripped", () => {
  const turned = box(16, 16, { angle: 30 });
  const before = geometry.cornersOf(turned);
  const next = geometry.gripped(turned, "se", { x: 22, y: 24 });
  const after = geometry.cornersOf(next);
  near(after[0], before[0]);
  near(after[2], { x: 22, y: 24 });
  assert.equal(next.angle, 30);
});

test("angles are clockwise on the picture and in (-90, 90]", () => {
  assert.deepEqual([91, 90, -90, 180, 270, 45].map(geometry.halfTurn), [-89, 90, 90, 0, 90, 45]);
  assert.equal(geometry.gripped(box(16, 16), "turn", { x: 26, y: 6 }).angle, 45);
  near(geometry.cornersOf(box(16, 16, { angle: 90 }))[0], { x: 18, y: 12 });
});

test("upright boxes end at the edge of the tile; of turned ones the centre stays on it", () => {
  assert.deepEqual(geometry.onTile(box(1, 16), SIDE), box(2.5, 16, { width: 5 }));
  assert.equal(geometry.onTile(box(-9, 16), SIDE), null);
  assert.equal(geometry.onTile(box(-9, 16, { angle: 10 }), SIDE).x, 0);
  assert.deepEqual(geometry.moved(box(16, 16), 100, -100, SIDE), box(28, 2));
  assert.deepEqual(geometry.moved({ x: 3, y: 4 }, -9, 1, SIDE), { x: 0, y: 5 });
});

test("the smallest object at a place is meant", () => {
  const [large, small] = [box(16, 16, { width: 20, height: 20 }), box(16, 16)];
  assert.equal(geometry.objectAt([large, small], { x: 16, y: 16 }, { reach: 1, inside: true }), small);
  assert.equal(geometry.objectAt([large, small], { x: 6, y: 16 }, { reach: 1, inside: false }), large);
  assert.equal(geometry.objectAt([large, small], { x: 9, y: 16 }, { reach: 1, inside: false }), null);
  assert.equal(geometry.objectAt([{ x: 5, y: 5 }], { x: 7, y: 5 }, { reach: 3 }).x, 5);
});

test("objects are counted by class, those that the model is sure of", () => {
  assert.deepEqual(tally([{ class: 2 }, { class: 1, score: 0.4 }, { class: 2, score: 0.6 }], 0.5), [[2, 2]]);
});

test("a draft keeps nothing of a class that is gone, and what counts as another follows it", () => {
  const codeOf = (code) => ({ 1: 1, 2: 1 })[code] ?? null;
  const kept = inUse([box(8, 8), box(9, 9, { class: 2 }), box(4, 4, { class: 9 })], codeOf);
  assert.deepEqual(
    kept.map(({ class: code, x }) => [code, x]),
    [
      [1, 8],
      [1, 9],
    ],
  );
});

test("a point that is set and pulled in one gesture is one step back", () => {
  const drawn = new Drawn([], { side: SIDE, code: 1 });
  const hand = new PointHand({ scale: () => 10 });
  hand.press(drawn, { x: 8, y: 8 });
  hand.drag(drawn, { x: 12, y: 10 });
  hand.lift();
  near(drawn.things[0], { x: 12, y: 10 });
  assert.deepEqual([drawn.undo(), drawn.things.length, drawn.undo()], [true, 0, false]);
});
