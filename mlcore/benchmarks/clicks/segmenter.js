// The segmenter of the labelling page for a benchmark: one JSON request a line, one JSON answer a line.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { graphOf } from "../../../webapp/static/webapp/js/tasks/masks/likeness/graph.js";
import { readLikeness, WEIGHTS } from "../../../webapp/static/webapp/js/tasks/masks/likeness/likeness.js";
import { finish, grownPieces, PIECE } from "../../../webapp/static/webapp/js/tasks/masks/likeness/pieces.js";
import { REFINE, refine } from "../../../webapp/static/webapp/js/tasks/masks/likeness/refine.js";
import { SHAPE, shapeOf } from "../../../webapp/static/webapp/js/tasks/masks/likeness/shape.js";

let tile = null;
let options = {};

function load({ path, chosen = {} }) {
  options = chosen;
  const bytes = readFileSync(path);
  const began = performance.now();
  const likeness = readLikeness(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length), {
    ...WEIGHTS,
    ...chosen,
  });
  const pieces = finish(grownPieces(likeness, { ...PIECE, ...chosen }));
  const graph = graphOf(likeness, pieces);
  tile = { likeness, pieces, graph };
  return { ms: performance.now() - began, pieces: pieces.count };
}

function segment({ clicks }) {
  const { pieces, graph, likeness } = tile;
  const began = performance.now();
  const places = clicks.map(([x, y, positive]) => ({ piece: pieces.labels[y * likeness.width + x], positive }));
  const inside = shapeOf(
    graph,
    places.filter(({ piece }) => piece >= 0),
    { ...SHAPE, ...options },
  );
  const whole = Uint8Array.from(pieces.labels, (piece) => (piece < 0 ? 0 : inside[piece]));
  const spots = clicks.map(([x, y, positive]) => ({ x, y, positive }));
  const mask = refine(likeness, whole, spots, { ...REFINE, ...options });
  return { ms: performance.now() - began, mask: Buffer.from(mask).toString("base64") };
}

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  process.stdout.write(`${JSON.stringify(request.path ? load(request) : segment(request))}\n`);
}
