// Coordinates of a tile's pixels in which they have their shape on the ground: latitude -y, longitude x.
import { CRS, Transformation, Util } from "leaflet";

const SQUARE = 0.005; // closer to a square than that, nobody sees it
const MOST = 50; // times as wide as high, or as high as wide

// ground: { step_m: [across, down] } of a pixel, or null. -> how many times as wide as high a pixel is
export function aspectOf(ground) {
  if (!ground) return 1;
  const [across, down] = ground.step_m;
  const aspect = Math.min(MOST, Math.max(1 / MOST, across / down));
  return Math.abs(aspect - 1) < SQUARE ? 1 : aspect;
}

export function shapedLike(aspect) {
  return Util.extend({}, CRS.Simple, { transformation: new Transformation(aspect, 0, -1, 0) });
}
