// Areas in degrees, [west, south, east, north]: across the antimeridian west is above east. Without a document.

const STEPS = [45, 30, 15, 10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001];
const DECIMALS = 4;

// Numbers of a form, as texts -> an area; null where none is written, undefined where it is none.
export function areaOf(texts) {
  if (texts.every((text) => !text.trim())) return null;
  const [west, south, east, north] = texts.map((text) => (text.trim() ? Number(text) : Number.NaN));
  const bounded = [west, east].every((each) => Math.abs(each) <= 360) && south >= -90 && north <= 90;
  return bounded && south < north && west !== east ? [west, south, east, north] : undefined;
}

// What somebody pasted -> the texts of four numbers, or null
export function fourIn(text) {
  const parts = text.split(/[\s,;[\]]+/).filter(Boolean);
  return parts.length === 4 && parts.every((part) => Number.isFinite(Number(part))) ? parts : null;
}

// Two corners as a map gives them, however far around -> an area within 180 degrees
export function areaBetween(one, other) {
  const [west, east] = [one.lng, other.lng].toSorted((a, b) => a - b);
  const [south, north] = [one.lat, other.lat].toSorted((a, b) => a - b);
  const around = east - west >= 360;
  const [left, right] = around ? [-180, 180] : [within(west), within(east)];
  return [left, Math.max(south, -90), right === -180 ? 180 : right, Math.min(north, 90)].map(rounded);
}

// An area -> the same with its east beyond its west
export function unfolded([west, south, east, north]) {
  return [west, south, east < west ? east + 360 : east, north];
}

// A ring of [longitude, latitude] -> [latitude, longitude], without jumps, on the turn of the Earth next to `middle`
export function ringNear(ring, middle) {
  let [before] = ring[0];
  const along = ring.map(([longitude, latitude]) => {
    before = near(longitude, before);
    return [latitude, before];
  });
  const ends = along.map(([, longitude]) => longitude);
  const centre = (Math.min(...ends) + Math.max(...ends)) / 2;
  const turn = near(centre, middle) - centre;
  return along.map(([latitude, longitude]) => [latitude, longitude + turn]);
}

export function ringOf(area) {
  const [west, south, east, north] = unfolded(area);
  return [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
  ];
}

// How far apart lines are, so that some three lie on so many degrees
export function stepFor(degrees) {
  return STEPS.find((step) => degrees / step >= 3) ?? STEPS.at(-1);
}

// 12.5, "EW" -> "12.5° E"
export function degreesText(degrees, letters) {
  const bare = letters === "EW" ? within(degrees) : degrees;
  const plain = Number(Math.abs(bare).toFixed(DECIMALS));
  const letter = bare > 0 ? letters[0] : letters[1];
  return plain === 0 || plain === 180 ? `${plain}°` : `${plain}° ${letter}`;
}

function near(longitude, middle) {
  return longitude + 360 * Math.round((middle - longitude) / 360);
}

function within(longitude) {
  return ((((longitude + 180) % 360) + 360) % 360) - 180;
}

function rounded(degrees) {
  return Number(degrees.toFixed(DECIMALS));
}
