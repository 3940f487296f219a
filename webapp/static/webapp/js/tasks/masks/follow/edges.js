// How clear the edge in the picture is at each corner of pixels: how far the four pixels around it differ, in all bands.

const SAMPLE = 64; // corners of each row and column that the usual strength is told from
const USUAL = 0.85; // of corners are weaker than what counts as an edge
const LEAST = 1e-4;

export class Edges {
  constructor(likeness) {
    this.likeness = likeness;
    this.width = likeness.width;
    this.height = likeness.height;
    this.usual = this.#usual();
  }

  // Of the corner (x, y); 0 on the border of the tile, and where nothing is known
  strength(x, y) {
    const { values, depth, bands, spectral, width, height } = this.likeness;
    if (x < 1 || y < 1 || x >= width || y >= height) return 0;
    const d = (y * width + x) * depth;
    const [a, b, c] = [d - (width + 1) * depth, d - width * depth, d - depth];
    if (!values[a] || !values[b] || !values[c] || !values[d]) return 0;
    let sum = 0;
    for (let channel = 0; channel < bands; channel += 1) {
      const rising = values[d + channel] - values[a + channel];
      const falling = values[c + channel] - values[b + channel];
      sum += spectral[channel] * (rising * rising + falling * falling);
    }
    return Math.sqrt(sum / 2);
  }

  // What a step at a corner costs: little on an edge
  cost(x, y) {
    const share = this.strength(x, y) / this.usual;
    return 0.02 + 1 / (1 + share ** 4);
  }

  // The corner on the clearest edge within reach of a point, or null where there is none
  strongest(point, reach) {
    let [best, most] = [null, this.usual];
    for (let y = Math.ceil(point.y - reach); y <= point.y + reach; y += 1) {
      for (let x = Math.ceil(point.x - reach); x <= point.x + reach; x += 1) {
        const far = Math.hypot(x - point.x, y - point.y);
        const worth = far <= reach ? this.strength(x, y) * (1 - (0.5 * far) / reach) : 0;
        if (worth > most) [best, most] = [{ x, y }, worth];
      }
    }
    return best;
  }

  #usual() {
    const strengths = [];
    const [across, down] = [this.width, this.height].map((side) => Math.max(1, side / SAMPLE));
    for (let y = 1; y < this.height; y += down) {
      for (let x = 1; x < this.width; x += across) strengths.push(this.strength(Math.floor(x), Math.floor(y)));
    }
    strengths.sort((one, other) => one - other);
    return Math.max(LEAST, strengths[Math.floor(USUAL * (strengths.length - 1))] ?? LEAST);
  }
}
