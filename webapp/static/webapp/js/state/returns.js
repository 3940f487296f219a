// The laser returns of a tile: as the server sends them, coloured, and cut along a line.
import { lasClass } from "./las_classes.js";

// x, y in px of the tile, z in m; metres: how wide and high a pixel is
const KINDS = { "<f4": Float32Array, u1: Uint8Array };
const VIRIDIS = ["#440154", "#46327e", "#365c8d", "#277f8e", "#1fa187", "#4ac16d", "#a0da39", "#fde725"];
const GREYS = ["#3a3a3a", "#ffffff"];
const ENDS = [0.01, 0.99]; // of what a ramp spans: a bird or a well doesn't decide
const LOOKED_AT = 20_000; // points, for the ends
const STEPS = 256;

export const LOOKS = { height: "height", intensity: "intensity", class: "class" };

// The bytes of an answer -> { count, total, every, metres, x, y, z, intensity, class, number }
export function readReturns(buffer) {
  const length = new DataView(buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  const returns = { count: header.count, total: header.total, every: header.every, metres: header.metres };
  let at = 4 + length;
  for (const [name, kind] of header.columns) {
    returns[name] = new KINDS[kind](buffer, at, header.count);
    at += returns[name].byteLength;
  }
  return returns;
}

// How many of the points are shown, in words; "" where all are
export function thinned({ count, total, every }) {
  if (every <= 1 && count >= total) return "";
  return `${count.toLocaleString("en")} of about ${total.toLocaleString("en")} points`;
}

// -> { colours: bytes [3 x count], legend: { title, ends, ramp } or { title, rows: [{ title, colour, count }] } }
export function paintReturns(returns, look) {
  if (look === LOOKS.class) return paintClasses(returns);
  const values = look === LOOKS.intensity ? returns.intensity : returns.z;
  const [low, high] = endsOf(values);
  const ramp = look === LOOKS.intensity ? GREYS : VIRIDIS;
  const table = rampTable(ramp);
  const colours = new Uint8Array(3 * returns.count);
  const scale = high > low ? (STEPS - 1) / (high - low) : 0;
  for (let at = 0; at < returns.count; at += 1) {
    const step = Math.max(0, Math.min(STEPS - 1, Math.round((values[at] - low) * scale)));
    colours.set(table.subarray(3 * step, 3 * step + 3), 3 * at);
  }
  const ends =
    look === LOOKS.intensity
      ? [low, high].map(Math.round)
      : [low, high].map((end) => `${(Math.round(10 * end) / 10 || 0).toFixed(1)} m`);
  const title = look === LOOKS.intensity ? "Intensity" : "Height";
  return { colours, legend: { title, ends: returns.count ? ends : [], ramp } };
}

function paintClasses(returns) {
  const counts = new Uint32Array(256);
  for (const code of returns.class) counts[code] += 1;
  const colours = new Uint8Array(3 * returns.count);
  const known = Array.from({ length: 256 }, (_, code) => (counts[code] ? bytesOf(lasClass(code).colour) : null));
  for (let at = 0; at < returns.count; at += 1) colours.set(known[returns.class[at]], 3 * at);
  const rows = [...counts.entries()].filter(([, count]) => count);
  const told = rows.map(([code, count]) => ({ ...lasClass(code), count }));
  return { colours, legend: { title: "Class", rows: told.sort((one, other) => other.count - one.count) } };
}

function endsOf(values) {
  if (!values.length) return [0, 0];
  const step = Math.max(1, Math.floor(values.length / LOOKED_AT));
  const some = [];
  for (let at = 0; at < values.length; at += step) some.push(values[at]);
  some.sort((one, other) => one - other);
  return ENDS.map((share) => some[Math.round(share * (some.length - 1))]);
}

function rampTable(ramp) {
  const stops = ramp.map(bytesOf);
  const table = new Uint8Array(3 * STEPS);
  for (let step = 0; step < STEPS; step += 1) {
    const place = (step / (STEPS - 1)) * (stops.length - 1);
    const first = Math.min(Math.floor(place), stops.length - 2);
    for (let channel = 0; channel < 3; channel += 1) {
      const [from, to] = [stops[first][channel], stops[first + 1][channel]];
      table[3 * step + channel] = Math.round(from + (to - from) * (place - first));
    }
  }
  return table;
}

export function bytesOf(colour) {
  return [1, 3, 5].map((from) => Number.parseInt(colour.slice(from, from + 2), 16));
}

// The numbers of the points from the lowest to the highest, so that what is drawn last hides what lies below
export function fromBelow({ z, count }) {
  const order = new Uint32Array(count);
  for (let at = 0; at < count; at += 1) order[at] = at;
  return order.sort((one, other) => z[one] - z[other]);
}

// The points near a line between two places of the tile -> { length, points: [number], along: [m], width } of a strip
// that is `width` m wide
export function cutAlong(returns, [from, to], width) {
  const [across, down] = returns.metres;
  const [dx, dy] = [(to.x - from.x) * across, (to.y - from.y) * down];
  const length = Math.hypot(dx, dy);
  const [points, along] = [[], []];
  for (let at = 0; at < returns.count && length > 0; at += 1) {
    const [px, py] = [(returns.x[at] - from.x) * across, (returns.y[at] - from.y) * down];
    const far = (px * dx + py * dy) / length;
    if (far < 0 || far > length || Math.abs(px * dy - py * dx) / length > width / 2) continue;
    points.push(at);
    along.push(far);
  }
  return { length, points, along, width };
}

// A strip wide enough to show something: a 32nd of the tile, a metre at least
export function stripWidth({ metres }, tilePx) {
  return Math.max(1, (tilePx * (metres[0] + metres[1])) / 64);
}
