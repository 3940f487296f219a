// Options of a project of objects: asked for on the New-project page, told on the settings page.
import { refsOf } from "../../lib/dom.js";
import { percent } from "../../lib/format.js";
import { readNumber } from "../../state/amounts.js";
import { classDraft } from "../named/rows.js";

// names: classes to start from; more(refs) -> { options, problem } of the kind's own
export function objectDraft(holder, names, more) {
  const classes = classDraft(holder, names, { noun: "class", nouns: "classes", fewest: 1 });
  const refs = refsOf(holder);
  return {
    values: () => {
      const threshold = readNumber(refs.threshold.value, "%").value / 100;
      return { ...classes.values(), task_options: { threshold, ...more(refs).options } };
    },
    problem: () => classes.problem() || thresholdProblem(refs.threshold.value) || more(refs).problem,
  };
}

// What is written as a percentage -> a sentence, or ""
export function thresholdProblem(text) {
  const { value, problem } = readNumber(text, "%");
  if (problem) return `Threshold: ${problem}`;
  if (value === null || value <= 0 || value >= 100) return "The threshold is more than 0% and less than 100%.";
  return "";
}

// [[title, text]] for the settings page
export function optionRows({ radius_m: radius }, { threshold, rotated, boxed }) {
  const own = boxed
    ? ["Boxes", rotated ? "upright or turned" : "upright"]
    : ["Same object within", radius ? `${radius} m` : "a twentieth of the tile"];
  return [own, ["Drawn beforehand", `what the model is at least ${percent(threshold)} sure of`]];
}
