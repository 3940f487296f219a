// What is being drawn: an outline filled in its colour, corners, the outlines of what there is, and words beside it.
import { CircleMarker, DivIcon, LayerGroup, Marker, Polygon, Polyline } from "leaflet";

const STILL = { interactive: false };

// drawing: { rings, closed, outlines, dots, colour, words: { x, y, text } }, all in pixels of the tile
export function sketchOf({ rings, closed, outlines = [], dots = [], colour, words }) {
  const look = { ...STILL, pane: "drawn" };
  const Line = closed ? Polygon : Polyline;
  const fill = colour ? { fillColor: colour, fillOpacity: 0.35 } : { fillOpacity: 0 };
  const layers = [
    ...outlines.flatMap((ring) => cased(Polygon, placed(ring), look, "tile-drawn")),
    ...(rings.length ? cased(Line, rings.map(placed), { ...look, ...fill, fill: closed }, "tile-sketch") : []),
    ...dots.map(
      (dot) =>
        new CircleMarker(placeOf(dot), {
          ...look,
          radius: dot.current ? 6 : 4,
          className: dot.current ? "tile-dot current" : "tile-dot",
        }),
    ),
  ];
  if (words) {
    const icon = new DivIcon({ className: "tile-words", html: words.text, iconSize: null });
    layers.push(new Marker(placeOf(words), { icon, ...STILL, keyboard: false }));
  }
  return new LayerGroup(layers);
}

// Light on dark, so that the line shows on any picture.
function cased(Line, points, look, className) {
  return [
    new Line(points, { ...look, fill: false, className: `${className} halo` }),
    new Line(points, { ...look, className }),
  ];
}

const placeOf = ({ x, y }) => [-y, x];
const placed = (ring) => ring.map(placeOf);
