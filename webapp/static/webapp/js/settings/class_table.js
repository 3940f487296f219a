// The classes of a project under their groups, editable in place: a change is saved when the field is left.
import { element, headings } from "../lib/dom.js";
import { byGroup, inUse, NO_KEY } from "../state/classes.js";
import { arrowButtons, grip, onArrows } from "../ui/drag_order.js";

const LONGEST = 2000; // characters of a definition
const COLUMNS = 6;

// actions: change(item, fields), retire(item), merge(item), move(item, by), moveGroup(group, by), rename(group, name)
export function classTable(classes, actions) {
  const head = headings(["", "Code", "", "Name", "Key", ""]);
  const names = new Map(classes.map(({ code, name }) => [code, name]));
  const groups = byGroup(inUse(classes));
  const gone = classes.filter(({ retired }) => retired);
  return element(
    "table",
    {},
    element("thead", {}, element("tr", {}, head)),
    groups.flatMap(({ group, classes: all }) => [
      ...(group ? [groupBody(group, actions)] : []),
      ...all.map((item) => classBody(item, actions)),
    ]),
    gone.length
      ? element(
          "tbody",
          { class: "retired" },
          gone.map((item) => retiredRow(item, names)),
        )
      : null,
    groupList(groups),
  );
}

// The names of groups, which the fields of groups offer
function groupList(groups) {
  const options = groups.filter(({ group }) => group).map(({ group }) => element("option", { value: group }));
  return element("datalist", { id: "groups" }, options);
}

function groupBody(group, { moveGroup, rename }) {
  const move = (by) => moveGroup(group, by);
  const input = saved(element("input", { type: "text", maxlength: 80, "aria-label": `Name of the group ${group}` }), {
    value: group,
    save: (value) => rename(group, value),
  });
  const cell = element("th", { scope: "rowgroup", colspan: COLUMNS - 1 }, input);
  const row = element("tr", {}, cell, element("td", {}, arrowButtons(`the group ${group}`, move)));
  return element("tbody", { class: "class-group", onkeydown: onArrows(move) }, row);
}

function classBody(item, actions) {
  const { change, retire, merge } = actions;
  const { code, name, colour, hotkey } = item;
  const field = (key, attributes) =>
    saved(element("input", attributes), { value: item[key], save: (value) => change(item, { [key]: value }) });
  const button = (title, onclick, label) =>
    element("button", { type: "button", class: "quiet", "aria-label": `${label} ${name}`, onclick }, title);
  const key = { type: "text", class: "key", maxlength: 1, "aria-label": `Key of ${name}`, placeholder: "·" };
  const move = (by) => actions.move(item, by);
  const main = element(
    "tr",
    {},
    element("td", {}, grip(name)),
    element("td", { class: "number" }, String(code)),
    element("td", {}, field("colour", { type: "color", "aria-label": `Colour of ${name}`, title: colour })),
    element("td", {}, field("name", { type: "text", maxlength: 80, "aria-label": `Name of class ${code}` })),
    element("td", {}, field("hotkey", { ...key, title: hotkey || NO_KEY })),
    element(
      "td",
      {},
      arrowButtons(name, move),
      button("Merge…", () => merge(item), "Merge"),
      button("Retire", () => retire(item), "Retire"),
    ),
  );
  const group = { type: "text", list: "groups", maxlength: 80, placeholder: "Group", "aria-label": `Group of ${name}` };
  const words = element("div", { class: "words" }, field("group", group), definitionField(item, change));
  const below = element(
    "tr",
    { class: "definition" },
    element("td", { colspan: 2 }),
    element("td", { colspan: COLUMNS - 2 }, words),
  );
  return element("tbody", { dataset: { code }, onkeydown: onArrows(move) }, main, below);
}

// A sentence or a paragraph below the class: text alone, whatever stands in it.
function definitionField(item, change) {
  const text = element("textarea", {
    rows: item.definition ? 2 : 1,
    maxlength: LONGEST,
    placeholder: "What belongs to it, and what does not",
    "aria-label": `Definition of ${item.name}`,
  });
  return saved(text, { value: item.definition, save: (value) => change(item, { definition: value }) });
}

// A field that is saved when it is left, also where what was typed came from a table before this one.
function saved(field, { value, save }) {
  field.value = value;
  field.dataset.was = field.value;
  const leave = () => {
    if (field.value === field.dataset.was) return;
    field.dataset.was = field.value;
    save(field.value);
  };
  field.addEventListener("change", leave);
  field.addEventListener("blur", leave);
  return field;
}

function retiredRow({ code, name, colour, merged_into: target }, names) {
  const fate = target ? `merged into ${names.get(target)}` : "retired";
  return element(
    "tr",
    { class: "retired" },
    element("td", {}),
    element("td", { class: "number" }, String(code)),
    element("td", {}, element("i", { class: "swatch", style: { "--colour": colour } })),
    element("td", { colspan: COLUMNS - 3 }, `${name} (${fate})`),
  );
}
