// What a tile is, in words: for tooltips and thumbnails.
import { percent } from "../lib/format.js";

const STATES = {
  open: "Open",
  unsure: "Unsure",
  disputed: "People disagree",
  empty: "Mostly no data",
  labelled: "Labelled",
};

// -> { title, text, colour }
export function describeTile(tile, classOf) {
  const label = classOf(tile.label);
  const title = `Tile ${tile.index}`;
  if (label) return { title, text: label.name, colour: label.colour };
  if (tile.audit && tile.state !== "labelled") return { title, text: "Audit, waiting", colour: null };
  const suggested = tile.state === "disputed" ? null : classOf(tile.suggested);
  if (!suggested) return { title, text: STATES[tile.state], colour: null };
  return { title, text: `${suggested.name}? ${percent(tile.confidence)}`, colour: suggested.colour };
}
