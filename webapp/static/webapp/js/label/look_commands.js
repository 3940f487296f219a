// The keys and buttons of looking: views, dates and sensors of the active pane, panes, and two pictures in one.
import { byId } from "../lib/dom.js";

const LOOK = { group: "Picture" };
const PANES = { group: "Panes" };

// Further letters that these commands use: classes get them only where the owner says so, and keep them then.
export const LOOK_KEYS = [..."tvwlz"];

export function addLookCommands(commands, { stage, compare, editor, layouts, overlays, kept }) {
  const free = (...combos) => combos.filter((combo) => !kept.includes(combo));
  const look = (change) => () => stage.look(change);
  const bare = { ...LOOK, release: () => stage.bare(false) };

  commands.add(
    "composite",
    "b",
    "Next bands or view",
    look((layout, item) => layout.cycle(item, 1)),
    LOOK,
  );
  commands.add(
    "composite-back",
    "Shift+b",
    "The view before",
    look((layout, item) => layout.cycle(item, -1)),
    LOOK,
  );
  commands.add(
    "date",
    "t",
    "Next date, in the same view",
    look((layout, item) => layout.flipDate(item, 1)),
    LOOK,
  );
  commands.add(
    "date-back",
    "Shift+t",
    "The date before",
    look((layout, item) => layout.flipDate(item, -1)),
    LOOK,
  );
  commands.add(
    "sensor",
    "v",
    "Next sensor",
    look((layout, item) => layout.flipSensor(item, 1)),
    LOOK,
  );
  commands.add("contrast", "c", "Contrast of this tile, or of the view", () => stage.stretch(), LOOK);
  commands.add(
    "view",
    "Shift+c",
    "Bands, contrast and saved views of the active pane",
    () => editor((it) => it.toggle()),
    LOOK,
  );
  commands.add("bare", free("x", "Space"), "Hold: nothing but the picture", () => stage.bare(true), bare);
  commands.add("fit", "f", "Fit the tile", () => stage.view.fit(), LOOK);
  commands.add("whole", "z", "The whole scene, and back", () => stage.whole(), LOOK);
  commands.add("closer", ["+", "="], "Closer", () => stage.view.zoom(0.5), LOOK);
  commands.add("further", "-", "Further away", () => stage.view.zoom(-0.5), LOOK);
  commands.add("overlays", "Shift+o", "Lines of the project's overlays, or none", () => overlays.toggle(), LOOK);
  commands.add("alone", "h", "Hide or show the surroundings", () => stage.hideSurroundings(), LOOK);

  commands.add(
    "pane",
    "/",
    "Add a pane beside the active one",
    look((layout, item) => layout.add(item)),
    PANES,
  );
  commands.add(
    "pane-away",
    "Shift+x",
    "Close the active pane",
    look((layout) => layout.remove()),
    PANES,
  );
  commands.add("pane-next", ".", "To the next pane", () => stage.step(1), PANES);
  commands.add("pane-before", ",", "To the pane before", () => stage.step(-1), PANES);
  commands.add("layouts", "Shift+w", "Saved layouts of panes", () => layouts((it) => it.toggle()), PANES);
  addComparing(commands, compare);
}

function addComparing(commands, compare) {
  const rate = byId("flicker-rate");
  const held = { ...PANES, release: () => compare.hold(false) };
  commands.add("swipe", "w", "Swipe: the next pane's picture behind a divider", () => compare.switchTo("swipe"), PANES);
  commands.add("divider", ["<", ">"], "Move the divider", (_event, key) => compare.move(key === "<" ? -1 : 1), {
    ...PANES,
    repeat: true,
    when: () => compare.mode === "swipe",
  });
  commands.add("other", "l", "Hold: the next pane's picture in this one", () => compare.hold(true), held);
  const flicker = () => compare.switchTo("flicker", Number(rate.value));
  commands.add("flicker", "Shift+l", "Flicker between the two by itself", flicker, PANES);
  rate.addEventListener("change", () => compare.pace(Number(rate.value)));
  compare.on("mode", (mode) => {
    for (const name of ["swipe", "flicker"]) {
      document.querySelector(`[data-command="${name}"]`).setAttribute("aria-pressed", String(mode === name));
    }
    rate.hidden = mode !== "flicker";
  });
}
