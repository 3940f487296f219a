// On the review page: what is drawn is corrected where it can be drawn.
import { element } from "../../lib/dom.js";
import { keyCap } from "../../ui/key_cap.js";

export function openTile(open) {
  const title = "Opens the tile on the label page, in a tab of its own";
  return element("button", { type: "button", title, onclick: open }, "Correct it on its tile ", keyCap("o"));
}
