// Where modalities disagree: how a tile is painted by that, its legend and its words.
import { percent } from "../lib/format.js";
import { legendRow, paintWith, rampColour } from "./colouring.js";
import { MODALITIES } from "./omission.js";

// Jensen-Shannon divergence of two answers -> from what it is called so
const LEVELS = [
  [0, "Hardly apart"],
  [0.1, "Somewhat apart"],
  [0.3, "Far apart"],
  [0.6, "Opposite answers"],
];
const FILLS = [0.3, 0.5, 0.85, 0.95].map(rampColour);

const rankOf = (level) => LEVELS.findLastIndex(([from]) => level >= from);

export function paintApart(tile) {
  if (!tile.apart) return paintWith(tile, {});
  const at = rankOf(tile.apart.level);
  return paintWith(tile, { fill: FILLS[at], alpha: 0.7, sign: at > 1 ? `${Math.round(100 * tile.apart.level)}` : "" });
}

export function apartLegend() {
  const rows = LEVELS.map(([, title], at) => legendRow(title, { fill: FILLS[at], alpha: 0.85 }));
  return [...rows.reverse(), legendRow("Nothing can be left out", {})];
}

// The words of a tile besides its title
export function describeApart({ apart }, classes) {
  if (!apart) return {};
  const name = classes.find(({ code }) => code === apart.label)?.name ?? "another class";
  return { text: `${percent(apart.level)} apart: ${name} without ${MODALITIES[apart.without] ?? apart.without}` };
}
