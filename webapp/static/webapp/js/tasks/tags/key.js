// What the colours of the insights plane mean while it looks at one tag.
import { element } from "../../lib/dom.js";
import { rampGradient } from "../../state/colouring.js";
import { ABSENT, OPEN } from "../../state/tag_points.js";

export function tagKey(mode, { name, colour }) {
  if (mode !== "class") {
    const bar = element("i", { class: "tag-ramp", style: { background: rampGradient() } });
    return element("span", { class: "tag-key" }, `Chance of ${name}:`, "0%", bar, "100%");
  }
  const rows = [
    [colour, `Has ${name}`],
    [ABSENT, "hasn't"],
    [OPEN, "cannot be told"],
  ];
  const keys = rows.map(([fill, words]) => [element("i", { class: "mark", style: { background: fill } }), words]);
  return element("span", { class: "tag-key" }, keys, element("i", { class: "mark open" }), "unlabelled");
}
