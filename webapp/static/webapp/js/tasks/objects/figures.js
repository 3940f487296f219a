// Objects as they are drawn over a picture of their tile: outline in the colour of the class, its sign beside it.
import { svg } from "../../lib/dom.js";
import { inkOn } from "../../state/classes.js";
import { cornersOf, handlesOf } from "./geometry.js";

export const GRIP = 26; // px of the screen that the grip for turning stands off
const SIGN = 13; // px of the screen: height of a sign

// An SVG in px of a tile
export function sheet(side) {
  return svg("svg", {
    class: "drawn-objects",
    viewBox: `0 0 ${side} ${side}`,
    preserveAspectRatio: "none",
    "aria-hidden": "true",
  });
}

// Nodes for things { class, x, y, width?, by? }; looks: { scale: px of the screen in one of the tile, markOf(code) ->
// { colour, sign }, selected: id, rotated, signs: whether signs are drawn }
export function figures(things, looks) {
  const drawn = things.map((thing) => figure(thing, looks));
  const chosen = things.find(({ id }) => id !== undefined && id === looks.selected);
  return [...drawn, ...(chosen?.width === undefined ? [] : handles(chosen, looks))];
}

function figure(thing, looks) {
  const { colour, sign } = looks.markOf(thing.class);
  const state = [thing.by ?? "own", thing.id !== undefined && thing.id === looks.selected ? "selected" : ""];
  const shapes = thing.width === undefined ? dot(thing, colour, looks) : outline(thing, colour);
  const words = looks.signs === false ? [] : signOf(thing, sign, colour, looks);
  return svg("g", { class: `object ${state.join(" ").trim()}` }, ...shapes, ...words);
}

function outline(box, colour) {
  const points = cornersOf(box)
    .map(({ x, y }) => `${x},${y}`)
    .join(" ");
  return [svg("polygon", { class: "casing", points }), svg("polygon", { class: "line", points, stroke: colour })];
}

function dot({ x, y }, colour, { scale }) {
  const circle = (radius, attributes) => svg("circle", { cx: x, cy: y, r: radius / scale, ...attributes });
  return [
    circle(7.5, { class: "casing" }),
    circle(6, { class: "line", stroke: colour }),
    circle(1.5, { class: "eye" }),
  ];
}

// The sign stands on the upper left corner of a box, or to the right of a point.
function signOf(thing, sign, colour, { scale }) {
  if (!sign) return [];
  const [wide, high] = [(6 + 7 * sign.length) / scale, SIGN / scale];
  const corner = thing.width === undefined ? { x: thing.x + 9 / scale, y: thing.y + high / 2 } : cornersOf(thing)[0];
  const place = { x: corner.x, y: corner.y - high, width: wide, height: high };
  const words = { x: corner.x + wide / 2, y: corner.y - high / 2, "font-size": 11 / scale, fill: inkOn(colour) };
  return [
    svg("rect", { class: "sign", ...place, fill: colour }),
    svg("text", { ...words, "text-anchor": "middle", "dominant-baseline": "central" }, sign),
  ];
}

function handles(box, { scale, rotated }) {
  const all = handlesOf(box, { rotated, reach: GRIP / scale });
  const turn = all.find(({ name }) => name === "turn");
  const top = all.find(({ name }) => name === "n");
  const stem = turn ? [svg("line", { class: "stem", x1: top.x, y1: top.y, x2: turn.x, y2: turn.y })] : [];
  const grips = all.map(({ x, y }) => svg("circle", { class: "grip", cx: x, cy: y, r: 4.5 / scale }));
  return [...stem, ...grips];
}
