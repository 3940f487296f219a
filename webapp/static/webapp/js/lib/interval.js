// Estimates with an interval: { value, low, high }; `estimate` is what files of older versions call the value.
import { percent } from "./format.js";

// The middle of an estimate, or null where there is none.
export function middleOf(estimate) {
  return estimate?.value ?? estimate?.estimate ?? null;
}

// 83%, between 68% and 93%
export function rangeWords(estimate, shown = percent) {
  return `${shown(middleOf(estimate))}, between ${shown(estimate.low)} and ${shown(estimate.high)}`;
}
