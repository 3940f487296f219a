// What the guided tour says where objects are drawn.
import { keyCap } from "../../ui/key_cap.js";

export default function words(task, keyOf) {
  const { one, many, boxed } = task.objects;
  const [first] = task.inUse.filter(({ code }) => keyOf.get(code));
  const key = first ? [keyCap(keyOf.get(first.code)), ` makes it “${first.name}”. `] : [];
  return {
    answer: {
      title: `A ${one} ${boxed ? "around" : "on"} each object`,
      at: ["#classes"],
      text: [
        boxed ? "Drag a box around each object in the frame; " : "Click on each object in the frame; ",
        keyCap("a"),
        " sets one by keys. ",
        ...key,
        keyCap("Enter"),
        " saves and goes on; ",
        keyCap("n"),
        " says that none is here.",
      ],
    },
    undo: {
      at: ['[data-command="undo"]'],
      text: [keyCap("Ctrl+z"), ` takes back what you drew, step by step, and then brings the tile before back.`],
    },
    sure: [
      `The ${many} that it is sure of are drawn beforehand. Dashed ones are guesses: a click or `,
      keyCap("g"),
      " takes one, and only what was taken is saved.",
    ],
  };
}
