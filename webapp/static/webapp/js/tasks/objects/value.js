// From what was said of a tile to what is drawn on it, and back.

const PLACE = ["x", "y", "width", "height", "angle"];

// The objects of an answer or a suggestion, ready to be drawn; said: { value }
export function thingsIn(said, entry) {
  return (said?.value?.[entry] ?? []).filter((thing) => typeof thing === "object" && thing !== null);
}

// What a tile starts from: one's own answer, or what the model suggests, the unsure of it as guesses. Of classes that
// are no longer in use nothing is left; codeOf(code) -> the code in use that it counts as, or null.
export function firstThings(item, { entry, threshold, codeOf }) {
  const by = ({ score = 1 }) => (score >= threshold ? "model" : "ghost");
  const known = (things) => inUse(things, codeOf);
  if (item.mine?.verdict === "label")
    return known(thingsIn(item.mine, entry)).map((thing) => ({ ...thing, by: "own" }));
  if (item.audit) return [];
  return known(thingsIn(item.suggestion, entry)).map((thing) => ({ ...thing, by: by(thing) }));
}

// Objects by the classes that theirs count as, without those that count as none: a class may have gone since.
export function inUse(things, codeOf) {
  return things.map((thing) => ({ ...thing, class: codeOf(thing.class) })).filter(({ class: code }) => code !== null);
}

// The value that is sent
export function answerOf(things, entry) {
  const plain = (thing) => {
    const given = PLACE.filter((name) => thing[name] !== undefined && !(name === "angle" && !thing.angle));
    return { class: thing.class, ...Object.fromEntries(given.map((name) => [name, thing[name]])) };
  };
  return { [entry]: things.map(plain) };
}

// How many objects of each class count, commonest first: [[code, number]]
export function tally(things, threshold) {
  const counts = new Map();
  for (const { class: code, score = 1 } of things)
    if (score >= threshold) counts.set(code, (counts.get(code) ?? 0) + 1);
  return [...counts].sort(([, one], [, other]) => other - one);
}
