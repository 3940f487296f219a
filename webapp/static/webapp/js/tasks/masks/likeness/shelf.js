// What the pixels of tiles look like, fetched and prepared before they are needed, without holding the page up.
import { graphOf } from "./graph.js";
import { readLikeness } from "./likeness.js";
import { grownPieces, PIECE } from "./pieces.js";

const KEPT = 6; // tiles
const SIZES = [PIECE.size, 120, 700]; // px of a piece, about

// A breath between two slices: what is painted comes first.
const breath = () => new Promise((go) => setTimeout(go));

async function unhurried(steps) {
  let step = steps.next();
  while (!step.done) {
    await breath();
    step = steps.next();
  }
  return step.value;
}

async function prepare(address) {
  const answer = await fetch(address, { credentials: "same-origin" });
  if (answer.status === 404) throw new Error("No scene shows a pixel of this tile, so nothing looks alike on it.");
  if (!answer.ok) throw new Error(`What the tile looks like could not be loaded (${answer.status}).`);
  const likeness = readLikeness(await answer.arrayBuffer());
  const levels = [];
  for (const size of SIZES) levels.push(await unhurried(grownPieces(likeness, { ...PIECE, size })));
  await breath();
  return { likeness, levels, graph: graphOf(likeness, levels[0]) };
}

export class LikenessShelf {
  #kept = new Map(); // address -> promise, oldest use first

  // Return a promise of { likeness, levels: pieces of three sizes, graph of the smallest }.
  take(address) {
    const pending = this.#kept.get(address) ?? prepare(address);
    this.#kept.delete(address);
    this.#kept.set(address, pending);
    pending.catch(() => this.#kept.delete(address)); // asked for again next time
    for (const old of [...this.#kept.keys()].slice(0, -KEPT)) this.#kept.delete(old);
    return pending;
  }
}
