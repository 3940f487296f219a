// Empty and broken states: what is missing, why, and the one thing to do about it.
import { element, svg } from "../lib/dom.js";

const RELIEF = "M4 48c10-24 20-34 32-34s14 18 24 18 14-8 32-8M4 58c12-20 22-28 32-28s16 16 26 16 14-6 30-6";
const FRAME = "M58 4h28v28H58z";

export function emptyState(title, text, ...actions) {
  return element(
    "div",
    { class: "state" },
    drawing(),
    element("h2", {}, title),
    element("p", {}, text),
    actions.length > 0 && element("div", { class: "row" }, actions),
  );
}

export function brokenState(error, retry) {
  const button = element("button", { type: "button", onclick: retry }, "Try again");
  return emptyState("This could not be loaded", error.message, button);
}

function drawing() {
  const shape = { viewBox: "0 0 96 64", fill: "none", stroke: "currentColor", "stroke-width": 2, "aria-hidden": true };
  return svg("svg", shape, svg("path", { d: RELIEF }), svg("path", { d: FRAME, "stroke-dasharray": "4 4" }));
}
