// What each pixel of a tile looks like: a few channels of a byte, of its bands and of the encoder's feature map.

export const WEIGHTS = { bands: 1, features: 1, softness: 0.5 };

// Read what the server sends -> { width, height, depth, values, weights, bands, spectral, learned }
// spectral: weights of the bands alone, as far as spectra are apart
// values: a byte for each channel of each pixel, 0 where nothing is known; weights: of the square of a difference
export function readLikeness(buffer, { bands, features, softness } = WEIGHTS) {
  const length = new DataView(buffer).getUint32(0, true);
  const told = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  const [ofBands, height, width] = told.bands;
  const [ofFeatures, rows, columns] = told.features;
  const start = 4 + length;
  const fine = new Uint8Array(buffer, start, ofBands * height * width);
  const coarse = new Uint8Array(buffer, start + fine.length, ofFeatures * rows * columns);
  const depth = ofBands + ofFeatures;
  const values = new Uint8Array(width * height * depth);
  for (let channel = 0; channel < ofBands; channel += 1) {
    const from = channel * width * height;
    for (let at = 0; at < width * height; at += 1) values[at * depth + channel] = fine[from + at];
  }
  const stride = ofFeatures ? Math.max(Math.ceil(width / columns), Math.ceil(height / rows)) : 1;
  for (let channel = 0; channel < ofFeatures; channel += 1) {
    spread({ cells: coarse.subarray(channel * rows * columns), rows, columns, stride }, values, {
      width,
      height,
      depth,
      channel: ofBands + channel,
    });
  }
  const weights = Float32Array.from([
    ...shares(told.band_spreads, bands, softness),
    ...shares(told.feature_spreads, features, softness),
  ]);
  const spectral = Float32Array.from(shares(told.band_spreads, 1, 1));
  return { width, height, depth, values, weights, bands: ofBands, spectral, learned: ofFeatures > 0 };
}

// How much each channel counts: those along which tiles differ most count most, and all of a kind `total` together.
function shares(spreads, total, softness) {
  const raw = spreads.map((spread) => spread ** (2 * softness));
  const sum = raw.reduce((one, other) => one + other, 0);
  return raw.map((share) => (total * share) / (sum || 1) / 1600); // a difference of 40 steps, one spread, is 1
}

// Lay cells over pixels, smoothly from centre to centre.
function spread({ cells, rows, columns, stride }, values, { width, height, depth, channel }) {
  for (let y = 0; y < height; y += 1) {
    const down = Math.min(rows - 1, Math.max(0, (y + 0.5) / stride - 0.5));
    const top = Math.floor(down);
    const low = Math.min(rows - 1, top + 1);
    for (let x = 0; x < width; x += 1) {
      const right = Math.min(columns - 1, Math.max(0, (x + 0.5) / stride - 0.5));
      const left = Math.floor(right);
      const far = Math.min(columns - 1, left + 1);
      const upper = cells[top * columns + left] * (1 - right + left) + cells[top * columns + far] * (right - left);
      const lower = cells[low * columns + left] * (1 - right + left) + cells[low * columns + far] * (right - left);
      values[(y * width + x) * depth + channel] = Math.round(upper * (1 - down + top) + lower * (down - top));
    }
  }
}
