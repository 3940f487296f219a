// The command that finds a class by typing; its field is loaded when it is first wanted.
import { byId } from "../../lib/dom.js";
import { later } from "../../ui/later.js";

const MANY = 10; // classes, above which the button is there

// choose(code): what a press of the class's key does
export function addFind(commands, classes, choose) {
  const list = byId("classes");
  const title = byId("classes-title").closest("h2");
  const finder = later(
    () => import("./finder.js"),
    ({ Finder }) => new Finder({ list, title, classes, choose }),
  );
  const open = () => !list.closest("fieldset").disabled && finder((it) => it.open());
  commands.add("find", "Ctrl+k", "Find a class by typing", open, { group: "Classes" });
  title.querySelector(".find").hidden = classes.length <= MANY;
}
