// The outline of an area over the picture of its tile, in dark and light so that it shows on any imagery.
import { svg } from "../../lib/dom.js";
import { cellsAcross, outlineOf } from "../../state/area.js";

export function areaOutline(rows, tilePx) {
  const size = cellsAcross(rows, tilePx);
  const path = outlineOf(rows);
  return svg(
    "svg",
    { class: "area", viewBox: `0 0 ${size} ${size}`, preserveAspectRatio: "none", "aria-hidden": "true" },
    svg("path", { class: "casing", d: path }),
    svg("path", { class: "line", d: path }),
  );
}
