// Insights: points, shares and sentences of the insights page, without a document.
import { count, percent } from "../lib/format.js";
import { rampColour } from "./colouring.js";

export const MARKS = { open: 0, labelled: 1, queued: 2, audit: 3 };
const FIELDS = ["sample", "index", "x", "y", "mark", "label", "predicted", "confidence"];

// [[sample, index, x, ...]] -> [{ sample, index, x, ... }]
export function readPoints(rows) {
  return rows.map((row) => Object.fromEntries(FIELDS.map((name, at) => [name, row[at]])));
}

// Whether a point is drawn in full by a mode that all kinds have; the others are the faint ground that it stands on.
export function speaksOf(point, mode) {
  return mode === "work" ? point.mark !== MARKS.open : point.confidence !== null;
}

export function confidenceColour({ confidence }) {
  return confidence === null ? null : rampColour(confidence);
}

// What a point is -> { title, lines }; label and predicted: what was said of it and by the model, in words or "".
export function describePoint(point, { label, predicted }) {
  const lines = [];
  if (label) lines.push(`Labelled ${label}${point.mark === MARKS.audit ? " (audit)" : ""}`);
  if (point.mark === MARKS.queued) lines.push("Among the next in the queue");
  const sure = point.confidence === null ? "" : `, ${percent(point.confidence)} sure`;
  if (predicted) lines.push(`The model says ${predicted}${sure}`);
  return { title: `Tile ${point.index}`, lines };
}

// The nearest point to a place within reach (shares of the plane), or null.
export function nearest(points, x, y, { across, down, reach }) {
  let best = null;
  let closest = reach ** 2;
  for (const point of points) {
    const gap = ((point.x - x) * across) ** 2 + ((point.y - y) * down) ** 2;
    if (gap <= closest) [best, closest] = [point, gap];
  }
  return best;
}

const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

// The next point in an arrow's direction: near, and not far off the line.
export function step(points, from, key) {
  const [across, up] = WAYS[key];
  let best = from;
  let least = Number.POSITIVE_INFINITY;
  for (const point of points) {
    const along = (point.x - from.x) * across + (point.y - from.y) * up;
    const aside = Math.abs((point.x - from.x) * up) + Math.abs((point.y - from.y) * across);
    const cost = along + 2 * aside;
    if (along > 1e-6 && aside <= 2 * along && cost < least) [best, least] = [point, cost];
  }
  return best;
}

// [[counts]] -> [[share of the row]]; a row without counts has zeros.
export function shares(counts) {
  return counts.map((row) => {
    const total = row.reduce((sum, value) => sum + value, 0);
    return row.map((value) => (total ? value / total : 0));
  });
}

// The largest confusions: [{ row, column, count }]
export function mistakes(counts, most = 3) {
  const cells = counts.flatMap((row, at) => row.map((value, column) => ({ row: at, column, count: value })));
  return cells
    .filter(({ row, column, count: value }) => row !== column && value > 0)
    .sort((one, other) => other.count - one.count)
    .slice(0, most);
}

export function gainSentence({ gain, more }) {
  if (gain === null)
    return `What the next ${more} labels would buy cannot be said yet: it takes three rounds with audits enough to tell.`;
  if (gain < 0.001) return `The next ${more} labels would hardly change its accuracy.`;
  return `The next ${more} labels are likely to buy ${(100 * gain).toFixed(1)} points of accuracy.`;
}

// The reasons that the sentence about the gain has not given yet.
export function furtherReasons({ reasons, more }) {
  return reasons.filter((text) => !text.startsWith(`${more} more labels`));
}

export function reliabilitySentence({ error, bins }) {
  const tiles = Math.round(bins.reduce((sum, bin) => sum + bin.count, 0));
  const gap = (100 * error).toFixed(error < 0.1 ? 1 : 0);
  return `What it says and what comes true lie ${gap} points apart on average (expected calibration error, ${count(tiles, "audit")}).`;
}

// The last measured point of the curve, moved on by what more labels are likely to buy; null before that is known.
export function ahead(curve, { gain, more }) {
  const last = curve.at(-1);
  if (!last || gain === null) return null;
  return { labels: last.labels + more, accuracy: Math.min(1, last.accuracy + gain) };
}
