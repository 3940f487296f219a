import assert from "node:assert/strict";
import { test } from "node:test";
import { graphOf } from "../../webapp/static/webapp/js/tasks/masks/likeness/graph.js";
import { Heap } from "../../webapp/static/webapp/js/tasks/masks/likeness/heap.js";
import { readLikeness } from "../../webapp/static/webapp/js/tasks/masks/likeness/likeness.js";
import { finish, grownPieces } from "../../webapp/static/webapp/js/tasks/masks/likeness/pieces.js";
import { taught } from "../../webapp/static/webapp/js/tasks/masks/likeness/pupil.js";
import { refine } from "../../webapp/static/webapp/js/tasks/masks/likeness/refine.js";
import { shapeOf } from "../../webapp/static/webapp/js/tasks/masks/likeness/shape.js";
import { alike } from "../../webapp/static/webapp/js/tasks/masks/likeness/wand.js";

const SIDE = 32;

// What the server sends of a tile: a bright square [8, 20) on dark ground, and another at [24, 30), in one band.
export function sent({ side = SIDE, features = false, unknown = 0 } = {}) {
  const bands = new Uint8Array(side * side).map((_, at) => {
    const [x, y] = [at % side, Math.floor(at / side)];
    if (y < unknown) return 0;
    const within = (from, to) => x >= from && x < to && y >= from && y < to;
    return (within(8, 20) || within(24, 30) ? 180 : 80) + ((x * 7 + y * 13) % 5);
  });
  const cells = features ? new Uint8Array((side * side) / 4).fill(128) : new Uint8Array(0);
  const told = {
    bands: [1, side, side],
    features: features ? [1, side / 2, side / 2] : [0, 1, 1],
    band_spreads: [1],
    feature_spreads: features ? [1] : [],
  };
  const header = new TextEncoder().encode(JSON.stringify(told));
  const buffer = new ArrayBuffer(4 + header.length + bands.length + cells.length);
  new DataView(buffer).setUint32(0, header.length, true);
  const bytes = new Uint8Array(buffer);
  bytes.set(header, 4);
  bytes.set(bands, 4 + header.length);
  bytes.set(cells, 4 + header.length + bands.length);
  return buffer;
}

const inSquare = (at) => at % SIDE >= 8 && at % SIDE < 20 && Math.floor(at / SIDE) >= 8 && Math.floor(at / SIDE) < 20;

function prepared() {
  const likeness = readLikeness(sent());
  const pieces = finish(grownPieces(likeness, { size: 9, compactness: 0.3 }));
  return { likeness, pieces, graph: graphOf(likeness, pieces) };
}

const clickAt = ({ pieces }, x, y, positive = true) => ({ piece: pieces.labels[y * SIDE + x], positive });
const painted = ({ pieces }, inside) => Array.from(pieces.labels, (piece) => inside[piece]);

test("the bytes of the server are read", () => {
  const { width, height, depth, bands, learned, values } = readLikeness(sent({ features: true }));
  assert.deepEqual(
    { width, height, depth, bands, learned },
    { width: 32, height: 32, depth: 2, bands: 1, learned: true },
  );
  assert.equal(values[1], 128); // the feature of the first pixel
  assert.equal(readLikeness(sent()).learned, false);
});

test("pieces are connected, cover what is known and keep to edges", () => {
  const likeness = readLikeness(sent({ unknown: 3 }));
  const { labels, count } = finish(grownPieces(likeness, { size: 9, compactness: 0.3 }));
  assert.ok(labels.subarray(0, 3 * SIDE).every((piece) => piece === -1));
  assert.ok(labels.subarray(3 * SIDE).every((piece) => piece >= 0 && piece < count));
  const across = new Set();
  for (const [at, piece] of labels.entries()) if (inSquare(at)) across.add(piece);
  for (const [at, piece] of labels.entries()) {
    if (!inSquare(at) && !(at % SIDE >= 24)) assert.ok(!across.has(piece), `piece ${piece} crosses the edge at ${at}`);
  }
});

test("a click finds the thing under it, and no more", () => {
  const tile = prepared();
  const inside = painted(tile, shapeOf(tile.graph, [clickAt(tile, 14, 14)]));
  const hit = inside.filter((is, at) => is && inSquare(at)).length;
  assert.ok(hit >= 0.9 * 144, `${hit} of 144 pixels`);
  assert.ok(inside.filter((is, at) => is && !inSquare(at)).length < 20);
});

test("a click beside it takes away, and a clicked piece is what was said of it", () => {
  const tile = prepared();
  const clicks = [clickAt(tile, 10, 10), clickAt(tile, 18, 18, false)];
  const inside = painted(tile, shapeOf(tile.graph, clicks));
  assert.equal(inside[10 * SIDE + 10], 1);
  assert.equal(inside[18 * SIDE + 18], 0);
});

test("the same clicks make the same shape, in any order", () => {
  const tile = prepared();
  const clicks = [clickAt(tile, 10, 10), clickAt(tile, 27, 27), clickAt(tile, 2, 2, false)];
  assert.deepEqual(shapeOf(tile.graph, clicks), shapeOf(tile.graph, [...clicks].reverse()));
});

test("a shape whose pieces cross an edge keeps to it, pixel by pixel, and to what was clicked", () => {
  const { likeness } = prepared();
  const coarse = Uint8Array.from({ length: SIDE * SIDE }, (_, at) => {
    const [x, y] = [at % SIDE, Math.floor(at / SIDE)];
    return x >= 7 && x < 21 && y >= 9 && y < 20 ? 1 : 0; // two columns too many, one row too few
  });
  const wrong = (shape) => shape.reduce((sum, is, at) => sum + (Boolean(is) !== inSquare(at)), 0);
  const refined = refine(likeness, coarse, [{ x: 14, y: 14, positive: true }]);
  assert.ok(wrong(refined) < wrong(coarse) / 3, `${wrong(refined)} of ${wrong(coarse)}`);
  const without = refine(likeness, coarse, [
    { x: 14, y: 14, positive: true },
    { x: 16, y: 14, positive: false },
  ]);
  assert.equal(without[14 * SIDE + 16], 0);
  assert.equal(without[14 * SIDE + 14], 1);
});

test("nothing is refined where nothing is known, nor on more than a hand waits for", () => {
  const likeness = readLikeness(sent({ unknown: 12 }));
  const whole = new Uint8Array(SIDE * SIDE).fill(1);
  const refined = refine(likeness, whole, [{ x: 14, y: 14, positive: true }]);
  assert.equal(
    refined.subarray(0, 12 * SIDE).some((is) => is),
    false,
  );
  const side = 300;
  const large = readLikeness(sent({ side }));
  const all = new Uint8Array(side * side).fill(1);
  assert.equal(refine(large, all, [{ x: 14, y: 14, positive: true }]), all);
});

test("the wand takes what is joined, or all that is alike on the tile", () => {
  const likeness = readLikeness(sent());
  const start = 14 * SIDE + 14;
  const joined = alike(likeness, start, { tolerance: 0.5 });
  assert.equal(
    joined.reduce((sum, is) => sum + is, 0),
    144,
  );
  const all = alike(likeness, start, { tolerance: 0.5, everywhere: true });
  assert.equal(
    all.reduce((sum, is) => sum + is, 0),
    144 + 36,
  );
  assert.equal(
    alike(likeness, start, { tolerance: 4 }).reduce((sum, is) => sum + is, 0),
    SIDE * SIDE,
  );
});

test("a few strokes teach the whole tile, and less than two classes nothing", () => {
  const likeness = readLikeness(sent());
  const pixels = new Uint8Array(SIDE * SIDE);
  pixels.fill(1, 14 * SIDE + 10, 14 * SIDE + 16);
  assert.equal(taught(likeness, pixels), null);
  pixels.fill(2, 2 * SIDE, 2 * SIDE + 6);
  const { classes, painted: many } = taught(likeness, pixels);
  assert.equal(many, 12);
  assert.equal(classes[27 * SIDE + 27], 1);
  assert.equal(classes[27 * SIDE + 4], 2);
});

test("hints of the project's model teach classes that were not painted, and give way to paint", () => {
  const likeness = readLikeness(sent());
  const pixels = new Uint8Array(SIDE * SIDE);
  pixels.fill(1, 14 * SIDE + 10, 14 * SIDE + 16);
  const hints = Uint8Array.from(pixels, (_, at) => (inSquare(at) ? 3 : 2));
  const { classes, codes } = taught(likeness, pixels, hints);
  assert.deepEqual(codes, [1, 2, 3]);
  assert.equal(classes[12 * SIDE + 12], 1);
  assert.equal(classes[2 * SIDE + 2], 2);
});

test("the queue gives the smallest first", () => {
  const heap = new Heap(2);
  for (const key of [5, 1, 4, 2, 3]) heap.push(key, 10 * key);
  const items = [];
  while (heap.pop()) items.push(heap.item);
  assert.deepEqual(items, [10, 20, 30, 40, 50]);
});
