// Geometry on a pixel lattice: which pixels a stroke, a polygon or a flood covers. Indices are y * width + x.

// Call `visit(index)` for each pixel whose centre lies within a disc of `diameter` px around pixel (x, y).
export function disc(size, { x, y }, diameter, visit) {
  const radius = diameter / 2;
  const reach = Math.ceil(radius);
  for (let row = Math.max(0, y - reach); row <= Math.min(size.height - 1, y + reach); row += 1) {
    for (let column = Math.max(0, x - reach); column <= Math.min(size.width - 1, x + reach); column += 1) {
      const inside = (column - x) ** 2 + (row - y) ** 2 < radius * radius;
      if (inside || (column === x && row === y)) visit(row * size.width + column);
    }
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

function crossings(points, y) {
  const edges = [];
  for (const [i, a] of points.entries()) {
    const b = points[(i + 1) % points.length];
    if (a.y <= y !== b.y <= y) edges.push(a.x + ((y - a.y) / (b.y - a.y)) * (b.x - a.x));
  }
  return edges.sort((a, b) => a - b);
}

// Call `visit(index)` for each pixel whose centre lies in the polygon (even-odd rule; corners in pixel units).
export function polygon(size, points, visit) {
  for (let row = 0; row < size.height; row += 1) {
    const edges = crossings(points, row + 0.5);
    for (let i = 0; i + 1 < edges.length; i += 2) {
      const first = Math.max(0, Math.ceil(edges[i] - 0.5));
      const last = Math.min(size.width - 1, Math.ceil(edges[i + 1] - 0.5) - 1);
      for (let column = first; column <= last; column += 1) visit(row * size.width + column);
    }
  }
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
