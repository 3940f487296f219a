// What the guided tour says where pixels are painted.
import { keyCap } from "../../ui/key_cap.js";

export default function words(task, keyOf) {
  const [first] = task.inUse.filter(({ code }) => keyOf.get(code));
  const key = first
    ? [keyCap(keyOf.get(first.code)), ` paints what is marked as “${first.name}”, or takes that class up. `]
    : [];
  return {
    answer: {
      title: "Paint what you see",
      at: ["#classes"],
      text: [
        ...key,
        "Paint in the frame with the pointer, or with arrows and ",
        keyCap("Space"),
        ". What you leave out stays unlabelled. ",
        keyCap("Enter"),
        " saves and goes on.",
      ],
    },
    undo: {
      at: ['[data-command="undo"]'],
      text: [keyCap("Ctrl+z"), " takes strokes back, one by one, and then brings the tile before back."],
    },
    sure: [
      "It is a whole mask, with how sure the model is of a pixel on average; ",
      keyCap("m"),
      " takes it, to be corrected with the brush.",
    ],
  };
}
