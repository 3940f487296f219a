// A tool that goes by what the pixels of the tile look like; until that is known it says so.
import { Tool } from "./tool.js";

export class Looker extends Tool {
  preview = null;

  get looks() {
    return this.hand.looks?.likeness ? this.hand.looks : null;
  }

  get isOn() {
    const { cursor, mask } = this.hand;
    return Boolean(cursor) && cursor.x >= 0 && cursor.y >= 0 && cursor.x < mask.width && cursor.y < mask.height;
  }

  // The pixel under the cursor, by its index; -1 beside the tile, and where nothing is known
  get index() {
    if (!this.looks || !this.isOn) return -1;
    const { cursor, mask } = this.hand;
    const index = cursor.y * mask.width + cursor.x;
    const { values, depth } = this.looks.likeness;
    return values[index * depth] ? index : -1;
  }

  // Say what is in the way; return whether anything is.
  refuses() {
    if (this.ink === null) return true;
    if (this.looks && this.isOn && this.index < 0) this.hand.tell("No scene shows anything there.");
    if (!this.looks) this.hand.tell(this.hand.looks?.why ?? "This tile is still being looked at: a moment.");
    return this.index < 0;
  }

  leave() {
    this.preview = null;
  }

  cancel() {
    this.preview = null;
  }
}

// The pixels of a piece
export function pixelsOf({ labels }, piece) {
  const pixels = new Uint8Array(labels.length);
  for (let at = 0; at < labels.length; at += 1) if (labels[at] === piece) pixels[at] = 1;
  return pixels;
}

export function indicesOf(pixels) {
  const indices = [];
  for (let at = 0; at < pixels.length; at += 1) if (pixels[at]) indices.push(at);
  return indices;
}
