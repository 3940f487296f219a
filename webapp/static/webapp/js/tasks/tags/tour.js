// What the guided tour says where a tile has tags.
import { keyCap } from "../../ui/key_cap.js";

export default function words(task, keyOf) {
  const [first] = task.inUse.filter(({ code }) => keyOf.get(code));
  const key = first ? [keyCap(keyOf.get(first.code)), ` switches “${first.name}” on and off. `] : [];
  return {
    answer: {
      title: "Switch on what there is",
      at: ["#classes"],
      text: [
        "Look at the tile in the frame. ",
        ...key,
        keyCap("Enter"),
        " saves and goes on; ",
        keyCap("n"),
        " says that it has none of these.",
      ],
    },
    undo: {
      at: ['[data-command="back"]'],
      text: [
        keyCap("Backspace"),
        " brings the tile before back, to switch its tags; ",
        keyCap("Delete"),
        " takes the answer back.",
      ],
    },
    sure: [
      "Each tag has a chance of its own beside its switch: of ten tags at 80 % about eight are there. ",
      keyCap("Enter"),
      " accepts all that is shown.",
    ],
  };
}
