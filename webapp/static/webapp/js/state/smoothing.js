// Smoothing: paint loses its frays by the vote of each pixel's neighbours, a shape its corners.
import { reshape } from "./drawing.js";
import { polygon } from "./raster.js";
import { rounder } from "./shapes.js";

const MAJORITY = 5; // of the nine pixels around, itself among them

// Even out the edges of what was painted; what was drawn as shapes stays as it was drawn.
export function smoothPaint(mask) {
  const { width, height, pixels } = mask;
  const drawn = new Uint8Array(pixels.length);
  for (const { rings } of mask.shapes) {
    polygon(mask, rings, (index) => {
      drawn[index] = 1;
    });
  }
  const votes = new Uint8Array(256);
  const smooth = pixels.slice();
  for (let y = 1; y + 1 < height; y += 1) {
    for (let x = 1; x + 1 < width; x += 1) {
      const index = y * width + x;
      if (!drawn[index]) smooth[index] = elected(pixels, index, width, votes);
    }
  }
  return mask.become(smooth);
}

function elected(pixels, index, width, votes) {
  let winner = pixels[index];
  votes.fill(0);
  for (let row = index - width; row <= index + width; row += width) {
    for (let at = row - 1; at <= row + 1; at += 1) {
      votes[pixels[at]] += 1;
      if (votes[pixels[at]] >= MAJORITY) winner = pixels[at];
    }
  }
  return winner;
}

// Cut the corners of the shape at a place.
export function smoothShape(mask, at) {
  return reshape(mask, new Map([[at, mask.shapes[at].rings.map(rounder)]]));
}
