// How long and large what is drawn is on the ground; in pixels where the tile lies nowhere.
import { areaOf } from "./shapes.js";

const HECTARE = 1e4; // square metres
const KM = 1000;

// ground: { step_m: [across, down] } of a pixel, or null. -> "12 m" or "12 px"
export function lengthText(points, ground) {
  const [across, down] = ground?.step_m ?? [1, 1];
  let sum = 0;
  for (let i = 1; i < points.length; i += 1) {
    sum += Math.hypot(across * (points[i].x - points[i - 1].x), down * (points[i].y - points[i - 1].y));
  }
  if (!ground) return `${rounded(sum)} px`;
  return sum >= KM ? `${rounded(sum / KM)} km` : `${rounded(sum)} m`;
}

export function areaText(rings, ground) {
  const [across, down] = ground?.step_m ?? [1, 1];
  const area = areaOf(rings) * across * down;
  if (!ground) return `${rounded(area)} px²`;
  if (area >= KM * KM) return `${rounded(area / KM / KM)} km²`;
  return area >= HECTARE ? `${rounded(area / HECTARE)} ha` : `${rounded(area)} m²`;
}

// Three figures
function rounded(value) {
  return Number(value.toPrecision(3)).toLocaleString("en", { maximumFractionDigits: 2 });
}
