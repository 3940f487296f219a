// Which pieces touch, along how many pixels, and how they look: what shapes are found on.

// -> { count, depth, means, areas, first, other, length, contrast }: the neighbours of piece p are other[first[p] .. first[p + 1]]
export function graphOf(likeness, { labels, count }) {
  const { depth } = likeness;
  const { means, areas, centres } = meansOf(likeness, labels, count);
  const keys = borderKeys(likeness, labels, count);
  keys.sort();
  const edges = [];
  for (let at = 0; at < keys.length; ) {
    let end = at + 1;
    while (end < keys.length && keys[end] === keys[at]) end += 1;
    edges.push([Math.floor(keys[at] / count), keys[at] % count, end - at]);
    at = end;
  }
  const first = new Int32Array(count + 1);
  for (const [one, two] of edges) {
    first[one + 1] += 1;
    first[two + 1] += 1;
  }
  for (let piece = 0; piece < count; piece += 1) first[piece + 1] += first[piece];
  const filled = first.slice(0, count);
  const other = new Int32Array(2 * edges.length);
  const length = new Float32Array(2 * edges.length);
  const contrast = new Float32Array(2 * edges.length);
  const side = Math.sqrt(likeness.width * likeness.height);
  const { weights } = likeness;
  const graph = { count, depth, means, areas, centres, side, weights, first, other, length, contrast };
  graph.remembered = new Map();
  graph.unlike = (one, two) => unlike(graph, one, two);
  for (const [one, two, shared] of edges) {
    const difference = Math.sqrt(unlike(graph, one, two));
    for (const [from, to] of [
      [one, two],
      [two, one],
    ]) {
      other[filled[from]] = to;
      length[filled[from]] = shared;
      contrast[filled[from]] = difference;
      filled[from] += 1;
    }
  }
  return graph;
}

// The square of how far the means of two pieces are apart
export function unlike({ means, weights, depth }, one, two) {
  let sum = 0;
  for (let channel = 0; channel < depth; channel += 1) {
    const difference = means[one * depth + channel] - means[two * depth + channel];
    sum += weights[channel] * difference * difference;
  }
  return sum;
}

function meansOf({ values, depth, width }, labels, count) {
  const centres = new Float32Array(2 * count);
  const means = new Float32Array(count * depth);
  const areas = new Int32Array(count);
  for (let at = 0; at < labels.length; at += 1) {
    const piece = labels[at];
    if (piece < 0) continue;
    areas[piece] += 1;
    centres[2 * piece] += at % width;
    centres[2 * piece + 1] += Math.floor(at / width);
    for (let channel = 0; channel < depth; channel += 1) means[piece * depth + channel] += values[at * depth + channel];
  }
  for (let piece = 0; piece < count; piece += 1) {
    centres[2 * piece] /= areas[piece] || 1;
    centres[2 * piece + 1] /= areas[piece] || 1;
    for (let channel = 0; channel < depth; channel += 1) means[piece * depth + channel] /= areas[piece] || 1;
  }
  return { means, areas, centres };
}

function borderKeys({ width, height }, labels, count) {
  const keys = [];
  const meet = (one, two) => {
    if (one !== two && one >= 0 && two >= 0) keys.push(Math.min(one, two) * count + Math.max(one, two));
  };
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = y * width + x;
      if (x + 1 < width) meet(labels[at], labels[at + 1]);
      if (y + 1 < height) meet(labels[at], labels[at + width]);
    }
  }
  return Float64Array.from(keys);
}
