// Why a label is on the list of those to look at again, in sentences.
import { count, percent } from "../lib/format.js";

const nameWith = (classOf) => (code) => classOf(code)?.name ?? "a class out of use";

// Of a tile that has one class
export function tileReasons(item, classOf) {
  const name = nameWith(classOf);
  if (item.kind === "people") {
    const votes = item.votes.map(({ code, people }) => `${name(code)} (${people})`).join(", ");
    return [
      `People gave it different classes: ${votes}.`,
      `Weighed by how alike they label, ${name(item.suggested)} is likeliest, with ${percent(item.other)}.`,
    ];
  }
  const given = `${name(item.given)} ${percent(item.own)}`;
  const model = `A model that has not seen this label gives ${given} and ${name(item.suggested)} ${percent(item.other)}.`;
  if (!item.near_suggested) return [model];
  const near = `Of the ${count(item.near, "labelled tile")} that look most like it, ${item.near_suggested}`;
  return [model, `${near} ${item.near_suggested === 1 ? "is" : "are"} ${name(item.suggested)}.`];
}

// Of an area that was painted
export function areaReasons({ kind, share, votes, given, suggested, own, other }, classOf) {
  const name = nameWith(classOf);
  const part = share > 0 && share < 0.01 ? "less than 1%" : percent(share);
  if (kind === "people") {
    const votesWords = votes.map(({ code, people }) => `${name(code)} (${people})`).join(", ");
    return [`People painted the outlined area, ${part} of the paint, differently: ${votesWords}.`];
  }
  const chances = `${name(given)} ${percent(own)} and ${name(suggested)} ${percent(other)}`;
  return [`A model that has not seen this tile gives the outlined area, ${part} of the paint, ${chances}.`];
}
