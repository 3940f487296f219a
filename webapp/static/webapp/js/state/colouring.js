// How a tile is painted: fill, pattern and sign by state, class or confidence. No colour speaks alone.

export const MODES = { state: "State", class: "Class", confidence: "Confidence" };

// Cividis (Nunez et al. 2018): even steps, the same for all kinds of colour vision.
const RAMP = ["#00224e", "#35456c", "#666970", "#948e77", "#c8b866", "#fee838"];
const STEPS = [0, 0.3, 0.5, 0.7, 0.85, 0.95];

const STATES = {
  open: { fill: null },
  labelled: { fill: "#009e73", alpha: 0.5, sign: "✓" },
  unsure: { fill: "#e69f00", alpha: 0.55, pattern: "hatch", sign: "?" },
  disputed: { fill: "#cc79a7", alpha: 0.55, pattern: "hatch", sign: "!" },
  empty: { fill: "#555555", alpha: 0.45, pattern: "cross" },
};

// -> { fill, alpha, pattern: null | "hatch" | "cross", sign, audit }
export function paintOf(tile, mode, classOf) {
  const paint = { fill: null, alpha: 0.5, pattern: null, sign: "", audit: tile.audit && tile.state === "open" };
  if (mode === "state" || tile.state === "empty") return { ...paint, ...STATES[tile.state] };
  if (mode === "confidence") return { ...paint, ...byConfidence(tile) };
  return { ...paint, ...byClass(tile, classOf) };
}

function byClass(tile, classOf) {
  const labelled = classOf(tile.label);
  if (labelled) return { fill: labelled.colour, alpha: 0.65, sign: labelled.hotkey || String(labelled.code) };
  const suggested = classOf(tile.suggested);
  if (tile.state === "disputed") return STATES.disputed;
  if (!suggested) return tile.state === "unsure" ? STATES.unsure : {};
  return { fill: suggested.colour, alpha: 0.5, pattern: "hatch", sign: `${suggested.hotkey || suggested.code}?` };
}

function byConfidence(tile) {
  if (tile.label !== null && tile.label !== undefined) return { fill: "#ffffff", alpha: 0.25, sign: "✓" };
  if (tile.confidence === null || tile.confidence === undefined) return {};
  // Numbers only where the model hesitates: a map full of 99 and 100 hides them.
  const sign = tile.confidence < STEPS.at(-1) ? `${Math.floor(tile.confidence * 100)}` : "";
  return { fill: rampColour(tile.confidence), alpha: 0.7, sign };
}

export function rampColour(confidence) {
  return RAMP[STEPS.findLastIndex((step) => confidence >= step)] ?? RAMP[0];
}

// [{ title, paint }] for the legend
export function legendOf(mode, classes) {
  const base = { alpha: 0.5, pattern: null, sign: "", audit: false, fill: null };
  const audit = { title: "Audit tile, waiting", paint: { ...base, audit: true } };
  const states = (names) => names.map(([state, title]) => ({ title, paint: { ...base, ...STATES[state] } }));
  if (mode === "state") {
    const names = [
      ["open", "Open"],
      ["labelled", "Labelled"],
      ["unsure", "Unsure"],
      ["disputed", "People disagree"],
      ["empty", "Mostly no data"],
    ];
    return [...states(names), audit];
  }
  if (mode === "confidence") {
    const last = STEPS.length - 1;
    const range = (at) => `${STEPS[at] * 100}–${at === last ? 100 : STEPS[at + 1] * 100}%`;
    const steps = RAMP.map((fill, at) => ({ title: range(at), paint: { ...base, fill, alpha: 0.85 } }));
    return [...steps.reverse(), { title: "Labelled", paint: { ...base, fill: "#ffffff", alpha: 0.25, sign: "✓" } }];
  }
  const inUse = classes.filter(({ retired }) => !retired);
  const labelled = inUse.map(({ name, colour, hotkey, code }) => ({
    title: name,
    paint: { ...base, fill: colour, alpha: 0.8, sign: hotkey || String(code) },
  }));
  return [
    ...labelled,
    { title: "Suggested by the model", paint: { ...base, fill: "#888888", pattern: "hatch", sign: "?" } },
  ];
}
