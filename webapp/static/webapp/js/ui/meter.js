// A meter drawn as a map's scale bar.
import { element } from "../lib/dom.js";

export function meter(value, total, title, { thin = false } = {}) {
  const node = element(
    "div",
    { class: thin ? "meter thin" : "meter", role: "meter", "aria-valuemin": 0 },
    element("i"),
  );
  setMeter(node, value, total, title);
  return node;
}

export function setMeter(node, value, total, title) {
  node.style.setProperty("--share", total > 0 ? Math.min(value / total, 1) : 0);
  node.setAttribute("aria-valuenow", value);
  node.setAttribute("aria-valuemax", total);
  node.setAttribute("aria-label", title);
  node.title = title;
}
