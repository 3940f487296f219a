// The keys and buttons of drawing objects: all of it works from the keyboard.

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const FAR = 8; // px that an arrow moves with Shift
const TURN = 5; // degrees

// Letters that no class may have
export const OBJECT_KEYS = [..."nadg"];

export function addObjectCommands(commands, desk, labelling) {
  const { task } = desk;
  const group = { group: task.objects.title };
  const add = (name, combos, title, run, options) => commands.add(name, combos, title, run, { ...group, ...options });
  const ready = () => desk.drawn !== null;
  const chosen = { when: () => Boolean(desk.drawn?.current) };
  const { one } = task.objects;

  add("save", "Enter", "Save what is shown and go on", () => desk.save(), { when: ready });
  add("none", "n", "None here: save an empty tile and go on", () => desk.none(), { when: ready });
  add("make", "a", `A ${one} at the centre`, () => desk.make(), { when: ready });
  add("copy", "d", `Duplicate the ${one}`, () => desk.drawn?.duplicate(), chosen);
  add("remove", ["Delete", "Backspace"], `Delete the ${one}`, () => desk.drawn?.remove(), chosen);
  add("take", "g", "Take the guess that is selected, or the surest", () => desk.take(), { when: ready });
  add("take-all", "Shift+g", "Take all guesses", () => desk.drawn?.takeAll(), { when: ready });
  add("undo", "Ctrl+z", "Undo; then back to the tile before", () => desk.drawn?.undo() || labelling.back());
  add("redo", ["Ctrl+y", "Ctrl+Shift+z"], "Redo", () => desk.drawn?.redo());
  add("unselect", "Escape", `Let the ${one} go`, () => desk.drawn.select(null), chosen);
  addSteps(add, desk, one);
  const nudge = (_event, key) => {
    const [dx, dy] = ARROWS[key.replace("Shift+", "")];
    desk.nudge(...[dx, dy].map((px) => (key.startsWith("Shift+") ? FAR * px : px)));
  };
  const arrows = Object.keys(ARROWS);
  const far = arrows.map((arrow) => `Shift+${arrow}`);
  add("nudge", arrows, `Move the ${one} by a pixel`, nudge, { ...chosen, repeat: true });
  add("nudge-far", far, `Move it by ${FAR} pixels`, nudge, { ...chosen, repeat: true });
  if (task.objects.boxed) addSides(add, desk, chosen);
}

// Tab goes from object to object while no control has the focus; after the last one it leads on to the controls.
function addSteps(add, desk, one) {
  const free = () => document.activeElement === document.body || !document.activeElement;
  const on = (by) => ({ when: () => free() && Boolean(desk.drawn?.neighbour(by)), repeat: true });
  add("next-object", "Tab", `To the next ${one}`, () => desk.drawn.step(1), on(1));
  add("object-before", "Shift+Tab", `To the ${one} before`, () => desk.drawn.step(-1), on(-1));
}

function addSides(add, desk, chosen) {
  const arrows = Object.keys(ARROWS).map((arrow) => `Ctrl+${arrow}`);
  const grow = (_event, key) => desk.grow(...ARROWS[key.replace("Ctrl+", "")]);
  add("sides", arrows, "Wider, narrower, higher, lower by a pixel", grow, { ...chosen, repeat: true });
  if (!desk.task.objects.rotated) return;
  add("turn", "r", `Turn it clockwise by ${TURN}°`, () => desk.turn(TURN), { ...chosen, repeat: true });
  add("turn-back", "Shift+r", `Turn it back by ${TURN}°`, () => desk.turn(-TURN), { ...chosen, repeat: true });
}
