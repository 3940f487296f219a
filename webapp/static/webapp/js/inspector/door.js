// The inspector as a page has it: loaded when somebody first opens it, or at once where it was left open.
import { recall } from "../lib/memory.js";
import { later } from "../ui/later.js";

// options: of the inspector; copied(text): something was put on the clipboard
// -> { open, ask(run): run(inspector), learn(): somebody labelled a tile }
export function inspectorDoor(options, copied) {
  const memory = `inspector:${options.scope}`;
  let made = null;
  let place = null; // where the pointer is before there is an inspector that follows it
  options.stage.on("hover", (point) => {
    if (!made && point) place = point;
  });
  const make = ({ Inspector }) => {
    made = new Inspector({ ...options, memory, place });
    made.on("copied", copied);
    return made;
  };
  const ask = later(() => import("./inspector.js"), make);
  if (recall(memory, false)) ask(() => {});
  return {
    get open() {
      return made?.open ?? false;
    },
    ask,
    learn: () => made?.learn(),
  };
}
