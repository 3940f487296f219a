// Recipes (how a scene's numbers become colours) as a form has them, and back. docs/looking.md says what they may hold.

export const SOURCES = {
  composite: "Bands of the sensor",
  bands: "Three bands",
  expression: "One band or index",
  components: "Mixtures of all bands",
  shade: "Relief",
};
export const COMPONENTS = { pca: "Principal components", mnf: "Components by noise (MNF)" };
export const SHADES = { hillshade: "Hillshade", slope: "Slope" };
// A stretch by name, as the form offers it
export const WAYS = {
  usual: "As usual",
  p2: "2–98%",
  p1: "0.5–99.5%",
  p10: "10–90%",
  stddev: "±2 standard deviations",
  minmax: "Full range",
  stored: "As stored",
  ends: "By hand",
};
export const PLACES = { scene: "the scene", tile: "the tile", surroundings: "tile and surroundings" };
const PERCENT = { p2: [2, 98], p1: [0.5, 99.5], p10: [10, 90] };
const FIXED = ["usual", "stored", "ends"]; // they are the same wherever one looks

const DRAFT = {
  composite: "",
  components: "pca",
  shade: "hillshade",
  ramp: "",
  gamma: 1,
  filter: "",
  decibels: false,
};

export function draftOf({ bands = [], expression = bands.length === 1 ? bands[0] : "", stretch, ...recipe }) {
  const named = ["composite", "components", "shade"].find((name) => recipe[name]);
  const numbers = bands.length === 3 ? "bands" : expression && "expression";
  return {
    ...DRAFT,
    ...recipe,
    source: named ?? (numbers || "composite"),
    bands: bands.length === 3 ? [...bands] : ["", "", ""],
    expression,
    way: wayOf(stretch),
    of: stretch?.of ?? "scene",
    ends: stretch?.ends ?? [],
  };
}

// Return the recipe of a draft, or null while it lacks something; what is usual is left out.
export function recipeOf(draft) {
  const { source, way } = draft;
  const recipe = sourceOf(draft);
  if (!recipe) return null;
  const single = source === "expression" || source === "shade";
  if (single && draft.ramp) recipe.ramp = draft.ramp;
  if (way === "ends" && draft.ends.length) recipe.stretch = { by: "ends", ends: draft.ends };
  else if (way !== "ends" && way !== "usual") recipe.stretch = stretchOf(way, draft.of);
  else if (draft.of !== "scene" && way === "usual") recipe.stretch = stretchOf("p2", draft.of);
  if (draft.gamma !== 1) recipe.gamma = draft.gamma;
  if (draft.filter) recipe.filter = draft.filter;
  if (draft.decibels) recipe.decibels = true;
  return recipe;
}

// In a word or two
export function recipeTitle(recipe, titles = {}) {
  const { composite, bands, expression, components, shade } = recipe;
  const source =
    expression ?? bands?.join(", ") ?? COMPONENTS[components] ?? SHADES[shade] ?? titles[composite] ?? composite;
  return source ? `${source} (own)` : "Own view";
}

function sourceOf({ source, composite, bands, expression, components, shade }) {
  if (source === "bands")
    return bands.every((text) => text.trim()) ? { bands: bands.map((text) => text.trim()) } : null;
  if (source === "expression") return expression.trim() ? { expression: expression.trim() } : null;
  if (source === "composite") return composite ? { composite } : null;
  return source === "components" ? { components } : { shade };
}

function wayOf(stretch) {
  if (!stretch) return "usual";
  if (stretch.by !== "percentile") return stretch.by;
  return Object.keys(PERCENT).find((way) => PERCENT[way][0] === stretch.low) ?? "p2";
}

function stretchOf(way, of) {
  const [low, high] = PERCENT[way] ?? [];
  const by = PERCENT[way] ? { by: "percentile", low, high } : way === "stddev" ? { by: way, k: 2 } : { by: way };
  return FIXED.includes(way) || of === "scene" ? by : { ...by, of };
}
