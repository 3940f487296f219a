// The magic wand: the pixels whose spectrum is like that of one, joined to it or anywhere on the tile.

// tolerance: how far spectra may be apart, in spreads of the tile's spectra -> 1 for each pixel inside
export function alike({ values, spectral, depth, bands, width, height }, start, { tolerance, everywhere = false }) {
  const inside = new Uint8Array(width * height);
  const most = tolerance * tolerance;
  const fits = (at) => {
    if (!values[at * depth]) return false;
    let sum = 0;
    for (let channel = 0; channel < bands; channel += 1) {
      const difference = values[at * depth + channel] - values[start * depth + channel];
      sum += spectral[channel] * difference * difference;
    }
    return sum <= most;
  };
  if (everywhere) {
    for (let at = 0; at < inside.length; at += 1) inside[at] = fits(at) ? 1 : 0;
    return inside;
  }
  const open = [start];
  inside[start] = 1;
  const visit = (at) => {
    if (inside[at] || !fits(at)) return;
    inside[at] = 1;
    open.push(at);
  };
  while (open.length) {
    const at = open.pop();
    const x = at % width;
    if (x > 0) visit(at - 1);
    if (x < width - 1) visit(at + 1);
    if (at >= width) visit(at - width);
    if (at < width * (height - 1)) visit(at + width);
  }
  return inside;
}
