// Classes of a project: defaults for new ones, and what is wrong with a list before the server says so.

// Told apart with any kind of colour vision (Okabe and Ito 2008, then Tol's muted scheme); the server has the same.
export const COLOURS = [
  "#0072b2",
  "#e69f00",
  "#009e73",
  "#d55e00",
  "#cc79a7",
  "#56b4e9",
  "#f0e442",
  "#882255",
  "#117733",
  "#332288",
  "#999933",
  "#aa4499",
  "#44aa99",
  "#ddcc77",
  "#661100",
  "#888888",
];
const KEYS = [..."1234567890"];
// What people expect of a name, the narrower first: each is one of the colours above.
const MEANINGS = [
  [/^(no change|unchanged)/, "#888888"],
  [/\b(salt|ice\b|snow|glacier|cloud)/, "#56b4e9"],
  [/\b(wetland|marsh|swamp|mangrove|reeds?\b|bogs?\b)/, "#44aa99"],
  [/\b(forest|tree|wood|conifer|broadleaf)/, "#117733"],
  [/\b(vegetation|grass|meadow|pasture|shrub|green|parks?\b|plant)/, "#009e73"],
  [/\b(crop|field|farm|agricult|arable|wheat|maize|corn\b|rice\b)/, "#999933"],
  [/\b(water|river|lake|seas?\b|ocean|pond|flood|reservoir|stream)/, "#0072b2"],
  [/\b(built|building|urban|house|roof|city|residential|settlement)/, "#d55e00"],
  [/\b(burn|burnt|scar|lava|fire)/, "#661100"],
  [/\b(road|asphalt|rails?\b|railway|parking|runway|concrete|rock|stone)/, "#888888"],
  [/\b(bare|sand|beach|desert|dune|soil|barren)/, "#ddcc77"],
];

// Return the colour that a class of this name is expected to have, if no other has it, or the first free one.
export function freeColour(classes, name = "") {
  const taken = classes.map(({ colour }) => colour.toLowerCase());
  const meant = MEANINGS.find(([words]) => words.test(name.toLowerCase()))?.[1];
  if (meant && !taken.includes(meant)) return meant;
  return COLOURS.find((colour) => !taken.includes(colour)) ?? COLOURS[classes.length % COLOURS.length];
}

export function freeKey(classes) {
  const taken = classes.map(({ hotkey }) => hotkey);
  return KEYS.find((key) => !taken.includes(key)) ?? "";
}

// What is true of a class without a key of its own
export const NO_KEY = "No key of its own: where people label it gets a free digit or letter, by its place in the list.";

export const NO_CHANGE = "No change";
const MOST_CLASSES = 255; // a mask holds a code in one byte

// Lines of land cover -> names of classes of change, "no change" first; without two covers, one class of any change.
export function changeNames(text) {
  const covers = [...new Set(text.split("\n").map((line) => line.trim()))].filter(Boolean);
  if (covers.length < 2) return [NO_CHANGE, covers.length ? `To ${covers[0].toLowerCase()}` : "Change"];
  const pairs = covers.flatMap((from) => covers.filter((to) => to !== from).map((to) => `${from} → ${to}`));
  return [NO_CHANGE, ...pairs].slice(0, MOST_CLASSES);
}

// [{ name, hotkey }] -> one sentence, or "" where all is well
export function problemOf(classes) {
  const twice = (values) => values.find((value, index) => value && values.indexOf(value) !== index);
  const plain = classes.map((item) => item.name.trim().toLowerCase());
  const name = classes[plain.lastIndexOf(twice(plain))]?.name.trim();
  if (name) return `Two classes are called "${name}": give one of them another name.`;
  const key = twice(classes.map((item) => item.hotkey));
  if (key) return `Two classes have the key ${key.toUpperCase()}: give one of them another key.`;
  const odd = classes.find((item) => item.hotkey && !/^[a-z0-9]$/.test(item.hotkey));
  if (odd) return `The key of "${odd.name}" must be one letter a-z or one digit.`;
  return "";
}

// -> [{ group, classes }]: those of no group first, then group after group, each where its first class stands
export function byGroup(classes) {
  const groups = new Map([["", []]]);
  for (const item of classes) {
    const group = item.group ?? "";
    groups.set(group, [...(groups.get(group) ?? []), item]);
  }
  return [...groups].map(([group, all]) => ({ group, classes: all })).filter(({ classes: all }) => all.length > 0);
}

export function inUse(classes) {
  return classes.filter(({ retired }) => !retired);
}

// Black or white, whichever reads better on the colour (WCAG relative luminance).
export function inkOn(colour) {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? "#000000" : "#ffffff";
}
