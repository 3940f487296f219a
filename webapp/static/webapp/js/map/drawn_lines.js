// Lines and points of an overlay: thin, in their colour, with a halo that shows them on any ground. Never clickable.
import { CircleMarker, LayerGroup, Polyline } from "leaflet";

const HALO = { color: "#000", opacity: 0.55, weight: 4 };

// lines: [[latlng, ...], ...], points: [latlng, ...]; options: the pane and renderer that they belong to
export function drawnLines({ lines, points, colour }, options) {
  const still = { interactive: false, ...options };
  const thin = { color: colour, opacity: 1, weight: 1.75 };
  return new LayerGroup([
    new Polyline(lines, { className: "overlay-line halo", ...still, ...HALO, fill: false }),
    new Polyline(lines, { className: "overlay-line", ...still, ...thin, fill: false }),
    ...points.map((at) => dot(at, colour, still)),
  ]);
}

function dot(at, colour, still) {
  const look = { radius: 4, color: "#000", weight: 1.5, opacity: 0.8, fillColor: colour, fillOpacity: 1 };
  return new CircleMarker(at, { className: "overlay-line", ...still, ...look });
}
