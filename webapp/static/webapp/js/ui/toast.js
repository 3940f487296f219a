// Toasts: short messages that do not interrupt; bad news stays until it is closed.
import { byId, element } from "../lib/dom.js";

const LIFETIME_MS = 4000;
const MOST = 4; // at once: the oldest goes

// toast("Saved") / toast("Refused: ...", { kind: "bad" }) / { action: { title, run } }
export function toast(message, { kind = "", action = null } = {}) {
  const close = () => node.remove();
  const act = () => {
    close();
    action.run();
  };
  const node = element(
    "div",
    { class: `toast ${kind}`, role: kind === "bad" ? "alert" : null },
    element("p", {}, message),
    element(
      "span",
      { class: "row" },
      action && element("button", { type: "button", onclick: act }, action.title),
      element("button", { type: "button", class: "quiet icon", "aria-label": "Close", onclick: close }, "×"),
    ),
  );
  const holder = byId("toasts");
  for (const other of holder.children) if (other.firstChild.textContent === message) other.remove();
  holder.append(node);
  while (holder.children.length > MOST) holder.firstChild.remove();
  if (kind !== "bad") setTimeout(close, action ? 2 * LIFETIME_MS : LIFETIME_MS);
  return close;
}
