// The keys and buttons of labelling that every kind has; `kept` are combos that the kind's desk keeps for itself.
import { askReason } from "./reason_dialog.js";

// Letters that these commands and those for looking use: no class may have them.
export const LABEL_KEYS = [..."subcxfh"];

const WORK = { group: "Tile" };

// alike(item): shows tiles that look like one, where the person may review
export function addLabelCommands(commands, { labelling, kept, alike }) {
  const withReason = async (verdict) => {
    const item = labelling.current;
    if (!item || !labelling.visible) return;
    labelling.session.pause();
    const reason = await askReason(verdict, item);
    labelling.session.resume();
    if (reason !== null && labelling.current === item) labelling.answer({ verdict, reason });
  };
  const free = (...combos) => combos.filter((combo) => !kept.includes(combo));

  commands.add("skip", "s", "Skip, with a reason", () => withReason("skip"), WORK);
  commands.add("unsure", "u", "Unsure, with a reason", () => withReason("unsure"), WORK);
  const back = free("ArrowLeft", "Backspace", "PageUp", "Ctrl+z");
  commands.add("back", back, "Back to the tile before, to change it", () => labelling.back(), WORK);
  commands.add("next", free("ArrowRight", "PageDown"), "On to the next tile", () => labelling.next(), WORK);
  if (alike) {
    const show = () => labelling.current && alike(labelling.current);
    commands.add("alike", "Shift+f", "Fifty tiles like this one, to review", show, WORK);
  }
  commands.add("retract", "Delete", "Take your answer back", () => labelling.retract(), WORK);
}
