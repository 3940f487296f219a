// The keys and buttons of labelling that every kind has; `kept` are combos that the kind's desk keeps for itself.
import { askReason } from "./reason_dialog.js";

// Letters that these commands use: classes without a key of their own do not get them.
export const LABEL_KEYS = [..."subcxfhtvwlz"];

const WORK = { group: "Tile" };
const LOOK = { group: "Picture" };
const PANES = { group: "Panes" };

export function addLabelCommands(commands, { labelling, stage, kept }) {
  const withReason = async (verdict) => {
    const item = labelling.current;
    if (!item || !labelling.visible) return;
    labelling.session.pause();
    const reason = await askReason(verdict);
    labelling.session.resume();
    if (reason !== null && labelling.current === item) labelling.answer({ verdict, reason });
  };
  const free = (...combos) => combos.filter((combo) => !kept.includes(combo));
  const bare = { ...LOOK, release: () => stage.bare(false) };

  commands.add("skip", "s", "Skip, with a reason", () => withReason("skip"), WORK);
  commands.add("unsure", "u", "Unsure, with a reason", () => withReason("unsure"), WORK);
  const back = free("ArrowLeft", "Backspace", "PageUp", "Ctrl+z");
  commands.add("back", back, "Back to the tile before, to change it", () => labelling.back(), WORK);
  commands.add("next", free("ArrowRight", "PageDown"), "On to the next tile", () => labelling.next(), WORK);
  commands.add("retract", "Delete", "Take your answer back", () => labelling.retract(), WORK);
  commands.add(
    "composite",
    "b",
    "Next band composite or view",
    () => stage.look((to, item) => to.cycle(item, 1)),
    LOOK,
  );
  commands.add("composite-back", "Shift+b", "The one before", () => stage.look((to, item) => to.cycle(item, -1)), LOOK);
  commands.add("date", "t", "Next date, in the same view", () => stage.look((to, item) => to.flipDate(item, 1)), LOOK);
  commands.add("date-back", "Shift+t", "The date before", () => stage.look((to, item) => to.flipDate(item, -1)), LOOK);
  commands.add("sensor", "v", "Next sensor", () => stage.look((to, item) => to.flipSensor(item, 1)), LOOK);
  commands.add("contrast", "c", "Contrast of this tile, or of the scene", () => stage.stretch(), LOOK);
  commands.add("bare", free("x", "Space"), "Hold: nothing but the picture", () => stage.bare(true), bare);
  commands.add("fit", "f", "Fit the tile", () => stage.view.fit(), LOOK);
  commands.add("closer", ["+", "="], "Closer", () => stage.view.zoom(0.5), LOOK);
  commands.add("further", "-", "Further away", () => stage.view.zoom(-0.5), LOOK);
  commands.add("alone", "h", "Hide or show the surroundings", () => stage.hideSurroundings(), LOOK);
  commands.add("pane", "/", "Add a pane beside the active one", () => stage.look((to, item) => to.add(item)), PANES);
  commands.add("pane-away", "Shift+x", "Close the active pane", () => stage.look((to) => to.remove()), PANES);
  commands.add("pane-next", ".", "To the next pane", () => stage.step(1), PANES);
  commands.add("pane-before", ",", "To the pane before", () => stage.step(-1), PANES);
}
