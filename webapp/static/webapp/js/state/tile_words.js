// What a tile is, in words: for tooltips and thumbnails. -> { title, text, colour }
import { percent } from "../lib/format.js";

const STATES = {
  open: "Open",
  unsure: "Unsure",
  disputed: "People disagree",
  empty: "Mostly no data",
  cloudy: "Cloudy at every date",
  labelled: "Labelled",
};

// The tile by its state alone, or with the words that its label or its suggestion has.
export function describeState(tile, { said = "", suggested = "" } = {}) {
  const title = `Tile ${tile.index}`;
  if (tile.state === "labelled" && said) return { title, text: said, colour: null };
  if (tile.audit && tile.state !== "labelled") return { title, text: "Audit, waiting", colour: null };
  return { title, text: suggested || STATES[tile.state], colour: null };
}

export function describeTile(tile, classOf) {
  const label = classOf(tile.label);
  if (label) return { title: `Tile ${tile.index}`, text: label.name, colour: label.colour };
  const suggested = tile.audit || tile.state === "disputed" ? null : classOf(tile.suggested);
  const words = suggested ? `${suggested.name}? ${percent(tile.confidence)}` : "";
  return { ...describeState(tile, { suggested: words }), colour: suggested?.colour ?? null };
}
