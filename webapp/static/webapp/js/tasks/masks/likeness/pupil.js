// A small model taught in place: multinomial logistic regression on what pixels look like, and on squares of that.

const MOST = 2400; // pixels that it learns from, evenly from the classes
const ROUNDS = 120;
const RATE = 0.5;
const DECAY = 1e-3;
const HINT = 0.25; // what a pixel that the project's model named weighs, beside a painted one

// pixels: class codes, 0 where nobody said anything; hints: what the project's model says of each pixel, or null.
// -> { classes: a code for each pixel, 0 where nothing is known, codes, painted } or null below two classes
export function taught(likeness, pixels, hints = null) {
  const own = byClass(likeness, pixels);
  const hinted = hints ? byClass(likeness, hints) : new Map();
  const codes = [...new Set([...own.keys(), ...hinted.keys()])].sort((one, other) => one - other);
  if (!own.size || codes.length < 2) return null;
  const lessons = codes.flatMap((code, target) => [
    ...lessonsOf(own.get(code), target, 1, MOST / codes.length),
    ...lessonsOf(hinted.get(code), target, HINT, MOST / codes.length / 4),
  ]);
  const weights = fitted(likeness, lessons, codes.length);
  const painted = [...own.values()].reduce((sum, indices) => sum + indices.length, 0);
  return { classes: predicted(likeness, weights, codes), codes, painted };
}

function byClass({ values, depth }, pixels) {
  const byCode = new Map();
  for (let at = 0; at < pixels.length; at += 1) {
    if (!pixels[at] || !values[at * depth]) continue;
    if (!byCode.has(pixels[at])) byCode.set(pixels[at], []);
    byCode.get(pixels[at]).push(at);
  }
  return byCode;
}

// Some of the pixels of a class, evenly; all classes weigh the same.
function lessonsOf(indices = [], target, weight, most) {
  const count = Math.min(indices.length, Math.round(most));
  return Array.from({ length: count }, (_, i) => ({
    at: indices[Math.floor((i * indices.length) / count)],
    target,
    weight: weight / count,
  }));
}

// What a pixel looks like, about 0: channels in spreads, their squares, and 1
function describe({ values, depth }, at, row) {
  for (let channel = 0; channel < depth; channel += 1) {
    const level = (values[at * depth + channel] - 128) / 42;
    row[channel] = level;
    row[depth + channel] = 0.5 * (level * level - 1);
  }
  row[2 * depth] = 1;
}

function fitted(likeness, lessons, classes) {
  const width = 2 * likeness.depth + 1;
  const rows = lessons.map(({ at }) => {
    const row = new Float32Array(width);
    describe(likeness, at, row);
    return row;
  });
  const total = lessons.reduce((sum, { weight }) => sum + weight, 0);
  const weights = new Float64Array(classes * width);
  const momentum = new Float64Array(classes * width);
  for (let round = 0; round < ROUNDS; round += 1) {
    const slope = weights.map((weight) => DECAY * weight);
    for (const [i, { target, weight }] of lessons.entries()) addSlope(slope, weights, rows[i], target, weight / total);
    for (let at = 0; at < weights.length; at += 1) {
      momentum[at] = 0.9 * momentum[at] - RATE * slope[at];
      weights[at] += momentum[at];
    }
  }
  return weights;
}

function addSlope(slope, weights, row, target, weight) {
  const chances = new Float64Array(weights.length / row.length);
  fillChances(weights, row, chances);
  for (let code = 0; code < chances.length; code += 1) {
    const wrong = (chances[code] - (code === target ? 1 : 0)) * weight;
    const base = code * row.length;
    for (let at = 0; at < row.length; at += 1) slope[base + at] += wrong * row[at];
  }
}

function fillChances(weights, row, chances) {
  let most = -Infinity;
  for (let code = 0; code < chances.length; code += 1) {
    let sum = 0;
    const base = code * row.length;
    for (let at = 0; at < row.length; at += 1) sum += weights[base + at] * row[at];
    chances[code] = sum;
    most = Math.max(most, sum);
  }
  let total = 0;
  for (let code = 0; code < chances.length; code += 1) {
    chances[code] = Math.exp(chances[code] - most);
    total += chances[code];
  }
  for (let code = 0; code < chances.length; code += 1) chances[code] /= total;
}

function predicted(likeness, weights, codes) {
  const { width, height, depth, values } = likeness;
  const classes = new Uint8Array(width * height);
  const row = new Float32Array(2 * depth + 1);
  for (let at = 0; at < classes.length; at += 1) {
    if (!values[at * depth]) continue;
    describe(likeness, at, row);
    let [best, most] = [0, -Infinity];
    for (let code = 0; code < codes.length; code += 1) {
      let sum = 0;
      for (let i = 0; i < row.length; i += 1) sum += weights[code * row.length + i] * row[i];
      if (sum > most) [best, most] = [code, sum];
    }
    classes[at] = codes[best];
  }
  return classes;
}
