// A list of classes that is looked at before it is taken: what becomes of its lines, in words.
import { count } from "../lib/format.js";

const SIGNS = { added: "+", there: "=", left_out: "–", clash: "!", fault: "!" };
const WORDS = {
  added: "is added",
  there: "is there",
  left_out: "is left out",
  clash: "clashes",
  fault: "cannot be taken",
};

export const isStop = ({ fate }) => fate === "clash" || fate === "fault";

export function fateWords({ fate, why }) {
  return `${SIGNS[fate]} ${WORDS[fate]}${why ? `. ${why}` : ""}`;
}

// Lines in the order in which one looks at them: what is in the way first.
export function byNeed(lines) {
  return [...lines.filter(isStop), ...lines.filter((line) => !isStop(line))];
}

// What changes if the list is taken
export function changes(lines) {
  return lines.filter(({ fate, why }) => fate === "added" || (fate === "there" && why.startsWith("It gets")));
}

export function summary(lines) {
  const having = (...fates) => lines.filter(({ fate }) => fates.includes(fate)).length;
  const stops = lines.filter(isStop);
  const some = stops
    .slice(0, 8)
    .map(({ line }) => line)
    .join(", ");
  const parts = [
    `${count(having("added"), "class is", "classes are")} added`,
    having("there") && `${having("there")} there already`,
    having("left_out") && `${count(having("left_out"), "line", "lines")} left out`,
  ].filter(Boolean);
  const wrong = `Nothing is added until ${stops.length === 1 ? "line" : "lines"} ${some}${stops.length > 8 ? ", …" : ""} can be taken.`;
  return stops.length ? `${wrong}` : `${parts.join(", ")}.`;
}
