// Geometry on a pixel lattice: which pixels a stroke, a polygon or a flood covers. Indices are y * width + x.

// Call `visit(index)` for each pixel whose centre lies within a disc of `diameter` px around pixel (x, y).
export function disc(size, at, diameter, visit) {
  discRows(size, at, diameter, (row, first, last) => {
    for (let column = first; column <= last; column += 1) visit(row * size.width + column);
  });
}

// Call `visit(row, first, last)` for each row of a disc, with its first and last column.
export function discRows(size, { x, y }, diameter, visit) {
  const radius = diameter / 2;
  const reach = Math.ceil(radius);
  for (let row = Math.max(0, y - reach); row <= Math.min(size.height - 1, y + reach); row += 1) {
    const left = radius * radius - (row - y) ** 2;
    const across = row === y ? Math.max(0, Math.ceil(radius) - 1) : Math.ceil(Math.sqrt(left)) - 1;
    const [first, last] = [Math.max(0, x - across), Math.min(size.width - 1, x + across)];
    if ((left > 0 || row === y) && first <= last) visit(row, first, last);
  }
}

// Return the pixels of the line between two pixels, both included (Bresenham 1965).
export function line(from, to) {
  const steps = Math.max(Math.abs(to.x - from.x), Math.abs(to.y - from.y));
  return Array.from({ length: steps + 1 }, (_, i) => ({
    x: Math.round(from.x + ((to.x - from.x) * i) / (steps || 1)),
    y: Math.round(from.y + ((to.y - from.y) * i) / (steps || 1)),
  }));
}

// Where rings cross a line; an edge crosses at the same place whichever way it runs, so that neighbours share no pixel.
function crossings(rings, y) {
  const edges = [];
  for (const points of rings) {
    for (let i = 0; i < points.length; i += 1) {
      const [a, b] = [points[i], points[(i + 1) % points.length]];
      if (a.y <= y === b.y <= y) continue;
      const [upper, lower] = a.y < b.y ? [a, b] : [b, a];
      edges.push(upper.x + ((y - upper.y) / (lower.y - upper.y)) * (lower.x - upper.x));
    }
  }
  return edges.sort((a, b) => a - b);
}

// Call `visit(index)` for each pixel whose centre lies in the rings (even-odd rule; corners in pixel units).
// -> false as soon as a visit says false
export function polygon(size, rings, visit) {
  const ys = rings.flat().map(({ y }) => y);
  const last = Math.min(size.height - 1, Math.ceil(ys.reduce((most, y) => Math.max(most, y), -1)));
  for (let row = Math.max(0, Math.floor(ys.reduce((least, y) => Math.min(least, y), last))); row <= last; row += 1) {
    const edges = crossings(rings, row + 0.5);
    for (let i = 0; i + 1 < edges.length; i += 2) {
      const end = Math.min(size.width - 1, Math.ceil(edges[i + 1] - 0.5) - 1);
      for (let column = Math.max(0, Math.ceil(edges[i] - 0.5)); column <= end; column += 1) {
        if (visit(row * size.width + column) === false) return false;
      }
    }
  }
  return true;
}

// Return the indices of the 4-connected region of equal value around pixel (x, y).
export function region(size, pixels, { x, y }) {
  const { width, height } = size;
  const start = y * width + x;
  const value = pixels[start];
  const seen = new Uint8Array(width * height);
  const indices = [start];
  seen[start] = 1;
  for (let i = 0; i < indices.length; i += 1) {
    const at = indices[i];
    const column = at % width;
    const near = [at - width, at + width];
    if (column > 0) near.push(at - 1);
    if (column < width - 1) near.push(at + 1);
    for (const next of near) {
      if (next < 0 || next >= pixels.length || seen[next] || pixels[next] !== value) continue;
      seen[next] = 1;
      indices.push(next);
    }
  }
  return indices;
}
