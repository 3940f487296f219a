// What the guided tour says where a tile has an amount.
import { keyCap } from "../../ui/key_cap.js";

export default function words(task) {
  const { name, unit } = task.options;
  return {
    answer: {
      title: `Type the ${name.toLowerCase()}`,
      at: [".amount"],
      text: [
        `Look at the tile in the frame and type a number${unit ? ` in ${unit}` : ""}, or go in steps with `,
        keyCap("ArrowUp"),
        " ",
        keyCap("ArrowDown"),
        ". ",
        keyCap("Enter"),
        " saves it, and the next tile comes.",
      ],
    },
    undo: {
      at: ['[data-command="back"]'],
      text: [
        keyCap("Backspace"),
        " brings the tile before back, to type another number; ",
        keyCap("Delete"),
        " takes it back.",
      ],
    },
    sure: ["Beside its value stands an interval: of ten of them about nine hold the true value."],
  };
}
