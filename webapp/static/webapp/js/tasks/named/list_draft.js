// A list of classes for a project that is being made: beside the rows of the form, or instead of them.
import { element } from "../../lib/dom.js";
import { post } from "../../lib/request.js";
import { urls } from "../../ui/shell.js";
import { ListDialog } from "./list_dialog.js";

// replace: whether the rows that stand there are meant to go
export function openListDraft({ rows, kind, nouns, replace }) {
  const instead = element("input", { type: "checkbox", checked: replace });
  const there = () => rows.values().filter(({ name }) => name);
  const classes = () => (instead.checked ? [] : there().map(({ name, colour, hotkey }) => ({ name, colour, hotkey })));
  new ListDialog({
    nouns,
    option: element("label", {}, instead, ` Instead of the ${nouns} that stand there`),
    judge: (text) => post(urls.get("api:draft-class-lists"), { text, task: kind, classes: classes() }, { quiet: true }),
    add: async (_, lines) => {
      if (instead.checked) rows.rename([]);
      for (const line of lines) if (line.fate === "added") rows.add(line);
      fill(rows, lines);
      return null;
    },
  });
}

// What the list says of classes that stand there, where nobody has said it yet
function fill(rows, lines) {
  const said = new Map(lines.filter(({ fate }) => fate === "there").map((line) => [line.name.toLowerCase(), line]));
  for (const row of rows.rows) {
    const line = said.get(row.name.value.trim().toLowerCase());
    row.group.value ||= line?.group ?? "";
    row.definition ||= line?.definition ?? "";
  }
  rows.draw();
}
