// The frame of a tile, and the curtain that can hide its surroundings.
import { LayerGroup, Polygon, Rectangle } from "leaflet";

// outer, inner: bounds of the picture and of the tile
export function frameOf(outer, inner) {
  const curtain = { pane: "curtain", className: "tile-curtain", interactive: false };
  // Light on dark, so that the line shows on water and on snow.
  return new LayerGroup([
    new Polygon([ringOf(outer), ringOf(inner)], curtain),
    new Rectangle(inner, { className: "tile-frame halo", interactive: false }),
    new Rectangle(inner, { className: "tile-frame", interactive: false }),
  ]);
}

function ringOf([[south, west], [north, east]]) {
  return [
    [south, west],
    [south, east],
    [north, east],
    [north, west],
  ];
}
