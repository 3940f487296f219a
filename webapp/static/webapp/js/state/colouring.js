// How a tile is painted: fill, pattern and sign by state, class or confidence. No colour speaks alone.

import { byGroup, inUse } from "./classes.js";

// Cividis (Nunez et al. 2018): even steps, the same for all kinds of colour vision.
export const RAMP = ["#00224e", "#35456c", "#666970", "#948e77", "#c8b866", "#fee838"];
const STEPS = [0, 0.3, 0.5, 0.7, 0.85, 0.95];
const LABELLED = { fill: "#ffffff", alpha: 0.25, sign: "✓" };
const BASE = { fill: null, alpha: 0.5, pattern: null, sign: "", audit: false };

const STATES = {
  open: { fill: null },
  labelled: { fill: "#009e73", alpha: 0.5, sign: "✓" },
  unsure: { fill: "#e69f00", alpha: 0.55, pattern: "hatch", sign: "?" },
  disputed: { fill: "#cc79a7", alpha: 0.55, pattern: "hatch", sign: "!" },
  empty: { fill: "#555555", alpha: 0.45, pattern: "cross" },
  cloudy: { fill: "#cccccc", alpha: 0.5, pattern: "cross" },
};

// A tile's paint -> { fill, alpha, pattern: null | "hatch" | "cross", sign, audit }; `own` is what a mode says of it.
export function paintWith(tile, own) {
  const paint = { ...BASE, audit: Boolean(tile.audit && tile.state === "open") };
  return { ...paint, ...(["empty", "cloudy"].includes(tile.state) ? STATES[tile.state] : own) };
}

export function paintState(tile) {
  return paintWith(tile, STATES[tile.state]);
}

export function paintClass(tile, classOf) {
  return paintWith(tile, byClass(tile, classOf));
}

export function paintConfidence(tile) {
  return paintWith(tile, byConfidence(tile));
}

// How an open tile is painted of which no model has said anything yet.
export function paintUnsaid(tile) {
  return ["unsure", "disputed"].includes(tile.state) ? STATES[tile.state] : {};
}

function byClass(tile, classOf) {
  const labelled = classOf(tile.label);
  if (labelled) return { fill: labelled.colour, alpha: 0.65, sign: labelled.hotkey || String(labelled.code) };
  const suggested = classOf(tile.suggested);
  if (tile.state === "disputed") return STATES.disputed;
  if (!suggested) return paintUnsaid(tile);
  return { fill: suggested.colour, alpha: 0.5, pattern: "hatch", sign: `${suggested.hotkey || suggested.code}?` };
}

function byConfidence(tile) {
  if (tile.state === "labelled") return LABELLED;
  if (tile.confidence === null || tile.confidence === undefined) return {};
  // Numbers only where the model hesitates: a map full of 99 and 100 hides them.
  const sign = tile.confidence < STEPS.at(-1) ? `${Math.floor(tile.confidence * 100)}` : "";
  return { fill: rampColour(tile.confidence), alpha: 0.7, sign };
}

export function rampColour(confidence) {
  return RAMP[STEPS.findLastIndex((step) => confidence >= step)] ?? RAMP[0];
}

// The same as a bar: each colour as long as what it stands for
export function rampGradient() {
  const stops = RAMP.map((colour, at) => `${colour} ${100 * STEPS[at]}% ${100 * (STEPS[at + 1] ?? 1)}%`);
  return `linear-gradient(to right, ${stops.join(", ")})`;
}

// Legends: [{ title, paint }]
export function legendRow(title, paint) {
  return { title, paint: { ...BASE, ...paint } };
}

export function stateLegend() {
  const names = {
    open: "Open",
    labelled: "Labelled",
    unsure: "Unsure",
    disputed: "People disagree",
    empty: "Mostly no data",
    cloudy: "Cloudy at every date",
  };
  const states = Object.entries(names).map(([state, title]) => legendRow(title, STATES[state]));
  return [...states, legendRow("Audit tile, waiting", { audit: true })];
}

export function confidenceLegend() {
  const last = STEPS.length - 1;
  const range = (at) => `${STEPS[at] * 100}–${at === last ? 100 : STEPS[at + 1] * 100}%`;
  const steps = RAMP.map((fill, at) => legendRow(range(at), { fill, alpha: 0.85 }));
  return [...steps.reverse(), legendRow("Labelled", LABELLED)];
}

export function classLegend(classes) {
  const groups = byGroup(inUse(classes));
  const labelled = groups.flatMap(({ group, classes: all }) => [...head(group), ...all.map(classRow)]);
  const last = head(groups.some(({ group }) => group) ? "All classes" : "");
  return [...labelled, ...last, legendRow("Suggested by the model", { fill: "#888888", pattern: "hatch", sign: "?" })];
}

// A row of a legend that is a heading: { head: its words }
function head(words) {
  return words ? [{ head: words }] : [];
}

function classRow({ name, colour, hotkey, code }) {
  return legendRow(name, { fill: colour, alpha: 0.8, sign: hotkey || String(code) });
}
