// Why an amount is to be looked at again, in sentences.
import { count } from "../lib/format.js";
import { inUnit } from "./amounts.js";

export function amountReasons({ kind, given, suggested, residual, votes = [] }, options) {
  const shown = (value) => inUnit(value, options);
  const gap = Math.abs(residual ?? given - suggested);
  const apart = `${shown(Number(gap.toPrecision(3)))} apart`;
  if (kind === "people") {
    const words = votes.map(({ amount, people }) => `${shown(amount)} (${count(people, "person", "people")})`);
    return [`People said ${words.join(", ")}: ${apart}.`];
  }
  return [`A model that has not seen this label says ${shown(suggested)}: ${apart}.`];
}
