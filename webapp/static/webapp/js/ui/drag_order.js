// Rows that are dragged to another place by their grip, with a mouse, a pen or a finger.
import { element } from "../lib/dom.js";

const EDGE = 48; // px from the window's edge, where dragging scrolls

export function grip(name) {
  const title = `Drag ${name} to another place`;
  return element("span", { class: "grip", title, "aria-hidden": "true", "data-grip": true }, "⠿");
}

// row: selector of what can be dragged, and dropped on; drop(row, target, after) is told of a drop beside another row.
export function dragOrder(holder, row, drop) {
  let [dragged, target, after] = [null, null, false];
  const mark = (next, below) => {
    for (const each of holder.querySelectorAll(".drop-before, .drop-after")) {
      each.classList.remove("drop-before", "drop-after");
    }
    [target, after] = [next, below];
    target?.classList.add(after ? "drop-after" : "drop-before");
  };
  const end = (done) => {
    const [from, to, below] = [dragged, target, after];
    from?.classList.remove("dragged");
    mark(null, false);
    dragged = null;
    if (done && from && to) drop(from, to, below);
  };
  holder.addEventListener("pointerdown", (event) => {
    const held = event.target.closest("[data-grip]");
    if (!held || event.button !== 0) return;
    event.preventDefault();
    held.setPointerCapture(event.pointerId);
    dragged = held.closest(row);
    dragged.classList.add("dragged");
  });
  holder.addEventListener("pointermove", ({ clientX, clientY }) => {
    if (!dragged) return;
    if (clientY < EDGE || clientY > innerHeight - EDGE) scrollBy(0, clientY < EDGE ? -12 : 12);
    const over = document.elementFromPoint(clientX, clientY)?.closest(row);
    if (!over || !holder.contains(over)) return;
    const { top, height } = over.getBoundingClientRect();
    mark(over === dragged ? null : over, clientY > top + height / 2);
  });
  holder.addEventListener("pointerup", () => end(true));
  holder.addEventListener("pointercancel", () => end(false));
  holder.ownerDocument.addEventListener("keydown", ({ key }) => key === "Escape" && end(false));
}

// Alt and an arrow: one step up or down. -> an onkeydown that calls move(-1 or 1)
export function onArrows(move) {
  return (event) => {
    if (!event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    move(event.key === "ArrowUp" ? -1 : 1);
  };
}

// The two buttons that do the same
export function arrowButtons(name, move) {
  return [
    [-1, "↑", "up"],
    [1, "↓", "down"],
  ].map(([by, sign, way]) => {
    const title = `Move ${name} ${way}`;
    const said = { type: "button", class: "quiet icon", "aria-label": title, title: `${title} (Alt ${sign})` };
    return element("button", { ...said, onclick: () => move(by) }, sign);
  });
}
