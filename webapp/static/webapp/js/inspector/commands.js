// Keys of the inspector; letters with Shift stay free for classes.
const CURSOR = { group: "At the cursor" };
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

// Letters that the page keeps for this: classes without a key of their own do not get them.
export const INSPECTOR_KEYS = ["i"];

export function addInspectorCommands(commands, keys, inspector) {
  const ask = (run) => () => inspector.ask(run);
  commands.add(
    "inspect",
    "i",
    "Show or hide what is at the cursor",
    ask((it) => it.toggle()),
    CURSOR,
  );
  commands.add(
    "pin",
    "Shift+i",
    "Pin the place, or follow the pointer again",
    ask((it) => it.pin()),
    CURSOR,
  );
  commands.add(
    "profile",
    "Shift+p",
    "Begin or end the line of a height profile",
    ask((it) => it.draw()),
    CURSOR,
  );
  const omit = "What the model would say without this sensor";
  commands.add(
    "omit",
    "Shift+m",
    omit,
    ask((it) => it.omit()),
    CURSOR,
  );
  const arrows = { ...CURSOR, repeat: true, when: () => inspector.open };
  for (const [arrow, step] of Object.entries(STEPS)) {
    const title = arrow === "ArrowLeft" ? "Move the place by a pixel" : "";
    // a brush that is moved by keys keeps those with Shift for itself
    keys.bind(
      [`Shift+${arrow}`, `Ctrl+${arrow}`],
      title,
      ask((it) => it.move(step)),
      arrows,
    );
  }
}
