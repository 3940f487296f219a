// Contrast stretched to what a picture holds, as a CSS filter: water and snow have detail that a scene's stretch hides.

const CUT = 0.02; // share of the values that may be cut off at each end

// Return [low, high], both 0..1, of the RGB values of opaque pixels; `rgba` as ImageData has them.
export function rangeOf(rgba) {
  const counts = new Uint32Array(256);
  let total = 0;
  for (let i = 0; i < rgba.length; i += 4) {
    if (rgba[i + 3] < 255) continue;
    for (let band = 0; band < 3; band += 1) counts[rgba[i + band]] += 1;
    total += 3;
  }
  const quantile = (share) => {
    let seen = 0;
    return counts.findIndex((count) => {
      seen += count;
      return seen > share * total;
    });
  };
  return total ? [quantile(CUT) / 255, quantile(1 - CUT) / 255] : [0, 1];
}

// Return the CSS filter that maps low..high to 0..1: brightness multiplies, then contrast turns about one half.
export function stretchFilter([low, high]) {
  const gain = 1 / Math.max(high - low, 0.02);
  const contrast = 1 + 2 * low * gain;
  return `brightness(${(gain / contrast).toFixed(4)}) contrast(${contrast.toFixed(4)})`;
}
