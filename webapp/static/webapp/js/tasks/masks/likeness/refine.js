// A shape of whole pieces made right to the pixel: a random walk that starts from what the pieces say (Grady 2005,
// "Multilabel random walker image segmentation using prior models"). Neighbours that look alike agree, clicks are
// certain, and with each further click the pieces count less.

export const REFINE = { edges: 0.5, pull: 0.01, fade: 1, least: 1e-3 };
const MOST_PIXELS = 70_000; // of the window that is walked: more would take longer than a hand waits
const CERTAIN = 100;
const MARGIN = 12; // px around the shape and the clicks
const MOST_STEPS = 80;
const PRECISE = 1e-2; // of the residual: what is asked is only which half each pixel is in

// inside: Uint8Array, 1 where the pieces are; clicks: [{ x, y, positive }] in px -> Uint8Array
export function refine(likeness, inside, clicks, options = REFINE) {
  const box = windowOf(likeness, inside, clicks);
  if (!box) return inside;
  const { left, top, width, height } = box;
  const system = systemOf(likeness, box, options);
  const share = Float32Array.from({ length: width * height }, (_, at) => {
    return inside[(top + Math.floor(at / width)) * likeness.width + left + (at % width)];
  });
  const pull = options.pull / clicks.length ** options.fade;
  const right = share.map((is) => pull * is);
  for (let at = 0; at < share.length; at += 1) system.diagonal[at] += pull;
  for (const { x, y, positive } of clicks) {
    const at = (Math.floor(y) - top) * width + Math.floor(x) - left;
    system.diagonal[at] += CERTAIN;
    if (positive) right[at] += CERTAIN;
  }
  solve(system, right, share);
  const refined = new Uint8Array(inside.length);
  for (let at = 0; at < share.length; at += 1) {
    const pixel = (top + Math.floor(at / width)) * likeness.width + left + (at % width);
    refined[pixel] = share[at] > 0.5 && likeness.values[pixel * likeness.depth] > 0 ? 1 : 0;
  }
  return refined;
}

// The rectangle in which anything may change, or null where that is too large
function windowOf({ width, height }, inside, clicks) {
  let [left, top, right, bottom] = [width, height, -1, -1];
  const hold = (x, y) => {
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  };
  for (let at = 0; at < inside.length; at += 1) if (inside[at]) hold(at % width, Math.floor(at / width));
  for (const { x, y } of clicks) hold(Math.floor(x), Math.floor(y));
  left = Math.max(0, left - MARGIN);
  top = Math.max(0, top - MARGIN);
  right = Math.min(width - 1, right + MARGIN);
  bottom = Math.min(height - 1, bottom + MARGIN);
  const box = { left, top, width: right - left + 1, height: bottom - top + 1 };
  return box.width * box.height > MOST_PIXELS ? null : box;
}

// How much each pixel of the window agrees with the one right of it and below it; beyond the window is nothing.
function systemOf(likeness, { left, top, width, height }, { edges, least }) {
  const across = new Float32Array(width * height);
  const down = new Float32Array(width * height);
  const diagonal = new Float32Array(width * height);
  const { values, depth, bands, spectral } = likeness;
  const agree = (one, other) => {
    let sum = 0;
    for (let band = 0; band < bands; band += 1) {
      const difference = values[one * depth + band] - values[other * depth + band];
      sum += spectral[band] * difference * difference;
    }
    return Math.exp(-edges * sum) + least;
  };
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = y * width + x;
      const pixel = (top + y) * likeness.width + left + x;
      if (x + 1 < width) {
        across[at] = agree(pixel, pixel + 1);
        diagonal[at] += across[at];
        diagonal[at + 1] += across[at];
      }
      if (y + 1 < height) {
        down[at] = agree(pixel, pixel + likeness.width);
        diagonal[at] += down[at];
        diagonal[at + width] += down[at];
      }
    }
  }
  return { width, height, across, down, diagonal };
}

// Conjugate gradients, scaled by the diagonal, from where `answer` is.
function solve(system, right, answer) {
  const { diagonal } = system;
  const many = answer.length;
  const product = new Float32Array(many);
  multiply(system, answer, product);
  const left = right.map((value, at) => value - product[at]);
  const way = left.map((value, at) => value / diagonal[at]);
  let size = dot(left, way);
  const enough = PRECISE ** 2 * right.reduce((sum, value, at) => sum + (value * value) / diagonal[at], 0);
  for (let step = 0; step < MOST_STEPS && size > enough; step += 1) {
    multiply(system, way, product);
    const stride = size / dot(way, product);
    let next = 0;
    for (let at = 0; at < many; at += 1) {
      answer[at] += stride * way[at];
      left[at] -= stride * product[at];
      next += (left[at] * left[at]) / diagonal[at];
    }
    const turn = next / size;
    for (let at = 0; at < many; at += 1) way[at] = left[at] / diagonal[at] + turn * way[at];
    size = next;
  }
}

function multiply({ width, across, down, diagonal }, vector, product) {
  for (let at = 0; at < vector.length; at += 1) product[at] = diagonal[at] * vector[at];
  for (let at = 0; at + 1 < vector.length; at += 1) {
    product[at] -= across[at] * vector[at + 1];
    product[at + 1] -= across[at] * vector[at];
  }
  for (let at = 0; at + width < vector.length; at += 1) {
    product[at] -= down[at] * vector[at + width];
    product[at + width] -= down[at] * vector[at];
  }
}

function dot(one, other) {
  let sum = 0;
  for (let at = 0; at < one.length; at += 1) sum += one[at] * other[at];
  return sum;
}
