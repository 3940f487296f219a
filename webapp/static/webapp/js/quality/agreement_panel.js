// How far people agree, as the kind of label measures it, and for owners how each person's answers differ.
import { element } from "../lib/dom.js";

export function agreementNodes(result, task, share) {
  if (result.agreement.samples > 0) return task.agreement(result);
  const text = share
    ? "Not measured yet. Once two people label here, some audits are put to both, unseen by each other."
    : "Not measured: the share of audits that two people answer is 0 in the settings.";
  return [element("p", { class: "muted" }, text)];
}

export function peopleNodes({ people, habits, codes }, task) {
  const flags = habits.map(({ text }) => element("p", { class: "notice audit" }, text));
  if (people.length === 0 && flags.length === 0) {
    return [element("p", { class: "muted" }, "Nothing to tell yet: nobody’s answers stand beside somebody else’s.")];
  }
  return [...flags, ...people.map((row) => person(row, task.person(row, codes)))];
}

function person(row, { sentence, nodes }) {
  const head = [element("b", {}, row.person), ` ${sentence}`];
  if (nodes.length === 0) return element("p", { class: "person" }, head);
  return element(
    "details",
    { class: "person" },
    element("summary", {}, head),
    element("div", { class: "scroll" }, nodes),
  );
}
