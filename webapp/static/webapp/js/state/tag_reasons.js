// Why a tag of a tile is to be looked at again, and how a person's tags differ, in sentences.
import { count, percent } from "../lib/format.js";

// item: given and suggested are 1 with the tag, 0 without it
export function tagReasons({ kind, given, suggested, own, other, votes, near, near_suggested: alike }, name) {
  const words = (value) => `${value ? "with" : "without"} ${name}`;
  if (kind === "people") {
    return [`People disagree: ${votes.map(({ value, people }) => `${people} ${words(value)}`).join(", ")}.`];
  }
  const model = `A model that has not seen these tags gives ${name} a chance of ${percent(given ? own : other)}.`;
  if (!alike) return [model];
  const most = `Of the ${count(near, "labelled tile")} that look most like it, ${alike}`;
  return [model, `${most} ${alike === 1 ? "is" : "are"} ${words(suggested)}.`];
}

// tags: a table each, [[neither, this person alone], [the others alone, both]]
export function taggerSentence({ tags, tiles }) {
  const all = tags.flat(2).reduce((sum, value) => sum + value, 0);
  const same = tags.reduce((sum, [[neither], [, both]]) => sum + neither + both, 0);
  if (!all) return `answered no tag that the others told, on ${count(tiles, "tile")}`;
  return `says the same as the others of ${percent(same / all)} of the tags, on ${count(tiles, "tile")}`;
}
