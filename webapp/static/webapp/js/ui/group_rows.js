// A list of classes under the headings of their groups.
import { element } from "../lib/dom.js";
import { byGroup } from "../state/classes.js";

// row(item) -> the <li> of a class
export function groupRows(classes, row) {
  return byGroup(classes).flatMap(({ group, classes: all }) => [
    ...(group ? [element("li", { class: "class-group", dataset: { group } }, group)] : []),
    ...all.map(row),
  ]);
}
