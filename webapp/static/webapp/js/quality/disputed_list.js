// Tiles on which people disagree: the picture, each answer that was given, and a button that lets one of them count.
import { element } from "../lib/dom.js";

// actions: { task, settle(annotation), linkOf(sample), imageOf(sample), maskOf(item) }
export function disputedNodes(items, actions) {
  return items.map((item) => disputedTile(item, actions));
}

function disputedTile({ sample, index, audit, answers }, actions) {
  const link = actions.linkOf(sample);
  return element(
    "li",
    { "aria-label": `Tile ${index}` },
    element("img", { src: actions.imageOf(sample), alt: "", width: 88, height: 88, loading: "lazy" }),
    element(
      "div",
      { class: "stack" },
      element("p", {}, `Tile ${index} `, audit && element("span", { class: "tag audit" }, "audit")),
      element(
        "div",
        { class: "row" },
        answers.map((answer) => answerButton(sample, answer, actions)),
        link && element("a", { class: "button quiet", href: link }, "Give another answer"),
      ),
    ),
  );
}

function answerButton(sample, answer, { task, settle, maskOf }) {
  const { annotation, mask } = answer;
  const said = { ...answer, mask_url: mask ? maskOf({ sample, annotation }) : null };
  return element(
    "button",
    { type: "button", onclick: () => settle(annotation) },
    task.overlay(said)?.node,
    task.nodes(said),
  );
}
