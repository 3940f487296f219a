// The keys and buttons of painting. All of it works from the keyboard: arrows move the cursor, Space is the button.
import { byId } from "../../lib/dom.js";

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const FAR = 8; // px that an arrow moves with Shift
const GROUP = { group: "Painting" };

const onSlider = () => document.activeElement?.type === "range";

export function addPaintCommands(commands, painting, labelling) {
  const { painter } = painting;
  const ready = () => painting.mask !== null;
  const add = (name, combos, title, run, options) => commands.add(name, combos, title, run, { ...GROUP, ...options });

  for (const tool of painter.tools.values()) {
    add(tool.name, tool.combo, tool.title, () => painter.pick(tool.name));
  }
  add("fill-rest", "Shift+g", "Fill everything unlabelled", () => painting.mask?.fillUnlabelled(painter.code));
  add("smaller", "[", "Smaller brush", () => painter.grow(-1), { repeat: true });
  add("larger", "]", "Larger brush", () => painter.grow(1), { repeat: true });
  add("smooth", "Shift+e", "Smooth the chosen shape, or the edges of the paint", () => painting.smooth());
  add("snap", "Shift+n", "Snap corners to shapes and the border, or not", () => painting.toggleSnapping());
  add("lock", "Shift+k", "Lock the class in hand: no tool paints over it", () => painting.lock(painter.code));
  add("see-mine", "Shift+a", "See what you painted", () => painting.teaching.see("mine"));
  add("see-model", ";", "See the tile as a model taught by your paint sees it", () => painting.teaching.see("model"));
  add("see-apart", "Shift+d", "See where the two differ", () => painting.teaching.see("apart"));
  add("opacity", "o", "Opacity of the mask", () => painting.cycleOpacity());
  add("suggestion", "m", "Take the suggested mask", () => painting.takeSuggestion());
  add("next-mark", "j", "Next point that the model asks for", () => painting.marking.step(1));
  add("mark-before", "Shift+j", "The point before", () => painting.marking.step(-1));
  add("marks", "k", "Show or hide the points", () => painting.marking.toggle());
  add("undo", "Ctrl+z", "Undo; then back to the tile before", () => painting.undo() || labelling.back());
  add("redo", ["Ctrl+y", "Ctrl+Shift+z"], "Redo", () => painting.mask?.redo());
  add("save", "Enter", "Save and go on (or close the polygon)", () => enter(painting), { when: ready });
  add("cancel", "Escape", "Give up what is unfinished", (event) => painter.key(event), {
    when: () => painter.wants("Escape"),
  });
  add("press", "Space", "Paint at the cursor", () => painter.pressHere(), {
    when: ready,
    release: () => painter.lift(),
  });
  addArrows(add, painter, () => ready() && !onSlider());
  addToolKeys(add, painter);
  byId("size").addEventListener("input", ({ target }) => painter.resize(Number(target.value)));
  byId("opacity").addEventListener("input", ({ target }) => painting.fade(Number(target.value) / 100));
}

function addArrows(add, painter, when) {
  const nudge = ({ key, shiftKey }) => {
    const [dx, dy] = ARROWS[key].map((px) => (shiftKey ? FAR * px : px));
    painter.nudge(dx, dy);
  };
  const arrows = Object.keys(ARROWS);
  const far = arrows.map((arrow) => `Shift+${arrow}`);
  add("cursor", arrows, "Move the cursor", nudge, { when, repeat: true });
  add("cursor-far", far, `Move it by ${FAR} pixels`, nudge, { when, repeat: true });
}

// Keys that the tool in hand has a use for, before all others: bound last
function addToolKeys(add, painter) {
  const titles = { Tab: "Next corner of a shape", Delete: "Take the corner, or the shape, away" };
  for (const key of ["Tab", "Delete", ...Object.keys(ARROWS)]) {
    for (const combo of [key, `Shift+${key}`]) {
      const options = { when: () => painter.wants(key) && !onSlider(), repeat: key !== "Delete" };
      add(`corner-${combo}`, combo, titles[combo] ?? "", (event) => painter.key(event), options);
    }
  }
}

function enter(painting) {
  if (!painting.painter.key({ key: "Enter" })) painting.save();
}
