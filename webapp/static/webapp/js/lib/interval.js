// Estimates with an interval: { value, low, high }, whatever they were called when they were stored.
import { percent } from "./format.js";

// The middle of an estimate, or null where there is none.
export function middleOf(estimate) {
  return estimate?.value ?? estimate?.estimate ?? estimate?.alpha ?? null;
}

// 83%, between 68% and 93%
export function rangeWords(estimate, shown = percent) {
  return `${shown(middleOf(estimate))}, between ${shown(estimate.low)} and ${shown(estimate.high)}`;
}
