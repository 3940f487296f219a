// The classes of a project, editable in place: a change is saved when the field is left.
import { element } from "../lib/dom.js";

const LONGEST = 2000; // characters of a definition

// actions: change(item, fields), retire(item), merge(item)
export function classTable(classes, actions) {
  const head = ["Code", "", "Name", "Key", ""].map((title) => element("th", { scope: "col" }, title));
  const names = new Map(classes.map(({ code, name }) => [code, name]));
  const rows = classes.flatMap((item) => (item.retired ? [retiredRow(item, names)] : row(item, actions)));
  return element("table", {}, element("thead", {}, element("tr", {}, head)), element("tbody", {}, rows));
}

function row(item, { change, retire, merge }) {
  const { code, name, colour, hotkey } = item;
  const field = (key, attributes) => {
    const onchange = ({ target }) => change(item, { [key]: target.value });
    return element("input", { value: item[key], onchange, ...attributes });
  };
  const button = (title, onclick, label) =>
    element("button", { type: "button", class: "quiet", "aria-label": `${label} ${name}`, onclick }, title);
  const main = element(
    "tr",
    {},
    element("td", { class: "number" }, String(code)),
    element("td", {}, field("colour", { type: "color", "aria-label": `Colour of ${name}`, title: colour })),
    element("td", {}, field("name", { type: "text", maxlength: 80, "aria-label": `Name of class ${code}` })),
    element(
      "td",
      {},
      field("hotkey", { type: "text", class: "key", maxlength: 1, "aria-label": `Key of ${name}`, title: hotkey }),
    ),
    element(
      "td",
      {},
      button("Merge…", () => merge(item), "Merge"),
      button("Retire", () => retire(item), "Retire"),
    ),
  );
  return [main, definitionRow(item, change)];
}

// A sentence or a paragraph below the class: text alone, whatever stands in it.
function definitionRow(item, change) {
  const text = element("textarea", {
    rows: item.definition ? 2 : 1,
    maxlength: LONGEST,
    placeholder: "What belongs to it, and what does not",
    "aria-label": `Definition of ${item.name}`,
    onchange: ({ target }) => change(item, { definition: target.value }),
  });
  text.value = item.definition;
  return element("tr", { class: "definition" }, element("td", {}), element("td", { colspan: 4 }, text));
}

function retiredRow({ code, name, colour, merged_into: target }, names) {
  const fate = target ? `merged into ${names.get(target)}` : "retired";
  return element(
    "tr",
    { class: "retired" },
    element("td", { class: "number" }, String(code)),
    element("td", {}, element("i", { class: "swatch", style: { "--colour": colour } })),
    element("td", { colspan: 3 }, `${name} (${fate})`),
  );
}
