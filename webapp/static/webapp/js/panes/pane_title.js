// What a pane shows, in a line: where it lacks room, the name of the file gives way first and the view never.
import { element } from "../lib/dom.js";

// Write the parts { date, sensor, which, view } into an element.
export function writeTitle(holder, parts) {
  const told = Object.entries(parts).filter(([, text]) => text);
  const line = told.map(([, text]) => text).join(" · ");
  holder.replaceChildren(
    ...told.map(([name, text], at) => element("span", { class: `title-${name}` }, at ? ` · ${text}` : text)),
  );
  holder.title = line;
  holder.hidden = !line;
}
