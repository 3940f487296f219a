// Pictures and masks fetched and decoded before they are needed, so that the next tile shows at once.
import { decodeGrey } from "../lib/png.js";

const KEPT = 100; // of four panes, the tile on the screen, those ahead, and some behind

async function picture(address) {
  const image = new Image();
  image.src = address;
  image.alt = "";
  await image.decode();
  return image;
}

async function mask(address) {
  const answer = await fetch(address, { credentials: "same-origin" });
  if (!answer.ok) throw new Error(`The mask could not be loaded (${answer.status}).`);
  return decodeGrey(new Uint8Array(await answer.arrayBuffer()));
}

export class ChipShelf {
  #kept = new Map(); // address -> promise, oldest use first

  // Return a promise of the decoded image.
  picture(address) {
    return this.#take(address, picture);
  }

  // Return a promise of {pixels, width, height}.
  mask(address) {
    return this.#take(address, mask);
  }

  #take(address, load) {
    const pending = this.#kept.get(address) ?? load(address);
    this.#kept.delete(address);
    this.#kept.set(address, pending);
    // What failed is asked for again next time.
    pending.catch(() => this.#kept.delete(address));
    for (const old of [...this.#kept.keys()].slice(0, -KEPT)) this.#kept.delete(old);
    return pending;
  }
}
