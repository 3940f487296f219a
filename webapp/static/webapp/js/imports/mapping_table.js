// Which class of the project each class of the file becomes; a change looks at the file again.
import { element, headings } from "../lib/dom.js";
import { number } from "../lib/format.js";

const BY = { name: "by its name", code: "by its code", colour: "by its colour alone: please say" };
const OUT = "-";
const NEW = "+";

export function mappingTable(row, { classes, change, addClass }) {
  const head = headings(["In the file", "Items", "Becomes", ""]);
  const ours = classes.filter(({ retired, merged_into: target }) => !retired && target === null);
  const rows = row.report.classes.map((theirs) => {
    const choice = chooser(row, theirs, ours);
    choice.addEventListener("change", async () => {
      const code = choice.value === NEW ? await addClass(theirs) : choice.value === OUT ? null : Number(choice.value);
      if (choice.value !== NEW || code !== null) change(row, { mapping: { [theirs.key]: code } });
    });
    return line(theirs, choice, row.mapping);
  });
  return element("table", {}, element("thead", {}, element("tr", {}, head)), element("tbody", {}, rows));
}

function line(theirs, choice, mapping) {
  const mapped = theirs.key in mapping;
  const how = mapped && mapping[theirs.key] !== theirs.proposed ? "as you say" : BY[theirs.by];
  return element(
    "tr",
    {},
    element("td", { title: theirs.definition }, theirs.name),
    element("td", { class: "number" }, number(theirs.count)),
    element("td", {}, choice),
    element("td", { class: "faint" }, mapped || theirs.by ? how : "has no place yet"),
  );
}

function chooser(row, theirs, ours) {
  const mapped = theirs.key in row.mapping;
  const options = [
    !mapped && element("option", { value: "" }, "Choose…"),
    ...ours.map(({ code, name }) => element("option", { value: code }, name)),
    element("option", { value: OUT }, "Leave it out"),
    element("option", { value: NEW }, "Add it as a new class"),
  ];
  const choice = element("select", { "aria-label": `Class that ${theirs.name} becomes` }, options);
  choice.value = mapped ? (row.mapping[theirs.key] ?? OUT) : "";
  choice.disabled = row.state !== "ready";
  return choice;
}
