// What the guided tour says where a tile has one class.
import { keyCap } from "../../ui/key_cap.js";

export default function words(task, keyOf) {
  const named = task.inUse.filter(({ code }) => keyOf.get(code)).slice(0, 2);
  const keys = named.flatMap(({ code, name }, at) => [at ? ", " : "", keyCap(keyOf.get(code)), ` says “${name}”`]);
  return {
    answer: {
      title: "One key, one tile",
      at: ["#classes"],
      text: [
        "Look at the tile in the frame and press the key of its class: ",
        ...keys,
        ". It is saved, and the next one comes.",
      ],
    },
    undo: {
      at: ['[data-command="back"]'],
      text: [
        keyCap("Backspace"),
        " brings the tile before back. Another class key changes your answer, ",
        keyCap("Delete"),
        " takes it back.",
      ],
    },
    sure: ["“80 %” means: of ten such suggestions about eight are right. ", keyCap("Enter"), " accepts it."],
  };
}
