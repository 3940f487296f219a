// The query strategies to choose from; one that lacks something is named with what it lacks, and cannot be chosen.
import { element } from "../lib/dom.js";

export function strategyOptions(strategies, chosen) {
  const option = ({ value, title, lacks }) =>
    element(
      "option",
      { value, selected: value === chosen, disabled: Boolean(lacks) && value !== chosen },
      lacks ? `${title} (needs ${lacks})` : title,
    );
  const serving = strategies.filter(({ lacks }) => !lacks);
  const others = strategies.filter(({ lacks }) => lacks);
  const group = others.length && element("optgroup", { label: "Not in this project" }, others.map(option));
  return [...serving.map(option), ...(group ? [group] : [])];
}
