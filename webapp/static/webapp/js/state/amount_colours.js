// The colours of amounts: cividis from the low end of a project's range to the high end, the same everywhere.

import { inUnit, plain } from "./amounts.js";
import { legendRow, paintUnsaid, paintWith, RAMP } from "./colouring.js";

const STEPS = 6; // of the legend

// #rrggbb for a share 0..1 of the range
export function rampAt(share) {
  const place = Math.min(Math.max(share, 0), 1) * (RAMP.length - 1);
  const at = Math.min(Math.floor(place), RAMP.length - 2);
  const channel = (colour, from) => Number.parseInt(colour.slice(from, from + 2), 16);
  const mixed = [1, 3, 5].map((from) => {
    const [one, other] = [channel(RAMP[at], from), channel(RAMP[at + 1], from)];
    return Math.round(one + (other - one) * (place - at));
  });
  return `#${mixed.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
}

export function shareOf(value, { low, high }) {
  return (value - low) / (high - low);
}

export function amountColour(value, options) {
  return rampAt(shareOf(value, options));
}

// A tile by its amount: what people said in full, what the model says hatched
export function paintAmount(tile, options) {
  const labelled = tile.state === "labelled" && tile.value !== null && tile.value !== undefined;
  const value = labelled ? tile.value : tile.suggested_value;
  if (value === null || value === undefined) return paintWith(tile, paintUnsaid(tile));
  const fill = amountColour(value, options);
  const sign = labelled ? plain(value, options) : `${plain(value, options)}?`;
  return paintWith(tile, { fill, sign, alpha: labelled ? 0.85 : 0.6, pattern: labelled ? null : "hatch" });
}

// A tile by the width of its interval: narrow is light, as sure is light by confidence
export function paintWidth(tile, options) {
  if (tile.state === "labelled") return paintWith(tile, { fill: "#ffffff", alpha: 0.25, sign: "✓" });
  if (tile.width === null || tile.width === undefined) return paintWith(tile, {});
  const share = tile.width / (options.high - options.low);
  return paintWith(tile, { fill: rampAt(1 - share), alpha: 0.75, sign: plain(tile.width, options) });
}

export function amountLegend(options) {
  const ends = Array.from({ length: STEPS + 1 }, (_, at) => options.low + (at * (options.high - options.low)) / STEPS);
  const rows = ends.slice(1).map((end, at) => {
    const fill = amountColour((ends[at] + end) / 2, options);
    return legendRow(`${plain(round(ends[at]), options)}–${inUnit(round(end), options)}`, { fill, alpha: 0.9 });
  });
  const suggested = legendRow("Suggested by the model", { fill: "#888888", pattern: "hatch", sign: "?" });
  return [...rows.reverse(), suggested];
}

export function widthLegend(options) {
  const range = options.high - options.low;
  const rows = [0, 0.2, 0.4, 0.6, 0.8].map((from) => {
    const title = `${plain(round(from * range), options)}–${inUnit(round((from + 0.2) * range), options)} wide`;
    return legendRow(title, { fill: rampAt(0.9 - from), alpha: 0.85 });
  });
  return [...rows, legendRow("Labelled", { fill: "#ffffff", alpha: 0.25, sign: "✓" })];
}

const round = (value) => Number(value.toPrecision(3));
