// What goes with a scene, in sentences for the dialog that asks before it is removed.
import { count } from "../lib/format.js";

// sentences({ labels: 0, tiles: 3, ... }) -> ["3 tiles go with it.", ...]
export function sentences(known) {
  if (!known.removable)
    return [
      `${count(known.labels, "labelled tile")} would lose the only imagery that shows them. Export and retract their labels first; until then the scene stays.`,
    ];
  const going = [
    [known.tiles, "tile"],
    [known.suggestions, "suggestion"],
    [known.audits, "drawn audit"],
  ].filter(([many]) => many > 0);
  const said = going.length
    ? [`${list(going.map(([many, word]) => count(many, word)))} go with it.`]
    : ["No tile goes with it."];
  if (known.tiles_changed) said.push(`${count(known.tiles_changed, "tile")} of other scenes, too, are embedded again.`);
  if (known.epochs_going.length) said.push(`Nothing else is of ${list(known.epochs_going)}, which goes, too.`);
  if (known.exports) said.push(`${count(known.exports, "export")} stay as they were made.`);
  return said;
}

function list(words) {
  return words.length > 1 ? `${words.slice(0, -1).join(", ")} and ${words.at(-1)}` : words.join("");
}
