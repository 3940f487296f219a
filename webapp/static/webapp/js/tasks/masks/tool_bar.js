// The buttons of the tools: each takes one up, and the one in hand is pressed.
import { element } from "../../lib/dom.js";

export function showTools(holder, painter) {
  const button = ({ name, label }) =>
    element("button", { type: "button", "data-command": name, "data-tool": name }, label);
  holder.replaceChildren(...[...painter.tools.values()].map(button));
}

export function markTool(name) {
  for (const button of document.querySelectorAll("[data-tool]")) {
    button.setAttribute("aria-pressed", String(button.dataset.tool === name));
  }
}
