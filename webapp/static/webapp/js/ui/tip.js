// The tooltip that follows the pointer over the map.
import { element } from "../lib/dom.js";

const AWAY = 14; // px from the pointer

// words: { title, text, colour } or null to hide
export function showTip(node, words, point) {
  node.hidden = !words;
  if (!words) return;
  const mark = words.colour && element("i", { class: "swatch", style: { "--colour": words.colour } });
  node.replaceChildren(element("b", {}, words.title), element("div", { class: "row" }, mark || "", words.text));
  const room = node.offsetParent?.getBoundingClientRect();
  const left =
    room && point.x + AWAY + node.offsetWidth > room.width ? point.x - AWAY - node.offsetWidth : point.x + AWAY;
  node.style.left = `${left}px`;
  node.style.top = `${point.y + AWAY}px`;
}
