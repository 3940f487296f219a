// What is to be exported in a format, chosen before it is made, with what its files cannot carry said beforehand.
import { element } from "../lib/dom.js";
import { openDialog } from "../ui/dialog.js";

const SHARES = [
  ["train", "Training", 70],
  ["validation", "Validation", 15],
  ["test", "Test", 15],
];

// Options that only some formats know: what they are called, and more words.
const CHOICES = {
  own_crs: [
    "Coordinates in the tiles' own CRS",
    "Otherwise longitude and latitude (WGS 84). Several CRS: a layer each.",
  ],
  dissolve: [
    "Also one polygon over tile borders",
    "Of each class, with the number of its tiles and the least confidence.",
  ],
};

const LICENCES = ["CC-BY-4.0", "CC0-1.0", "CC-BY-SA-4.0", "CC-BY-NC-4.0", "ODbL-1.0"];

// requestDialog(format, (options) => ...): the options as the API takes them.
export function requestDialog({ name, title, text, lacks, choices }, onMake) {
  const form = element(
    "form",
    { method: "dialog", class: "stack" },
    element("p", {}, text),
    lacksOf(title, lacks),
    name === "release" && releaseFields(),
    choices.map((choice) => checkbox(choice, ...CHOICES[choice])),
    checkbox("images", "Add a picture of each tile"),
    checkbox("pseudonyms", "Call people by pseudonyms", "The same ones in all exports of this project."),
    checkbox(
      "splits",
      "Split into training, validation and test",
      "By blocks of ground with a tile between them, each with its share of every class. Audits are never trained on.",
    ),
    splitFields(),
    element(
      "div",
      { class: "actions" },
      element("button", { type: "button", onclick: () => dialog.close() }, "Cancel"),
      element("button", { type: "submit", class: "primary", autofocus: true }, "Make it"),
    ),
  );
  form.elements.splits.addEventListener("change", () => {
    form.elements.split.disabled = !form.elements.splits.checked;
  });
  form.addEventListener("submit", () => onMake(optionsOf(form)));
  const dialog = openDialog(`Export ${title}`, form);
}

function lacksOf(title, lacks) {
  if (!lacks.length) return null;
  return element(
    "div",
    { class: "lacks" },
    element("h3", {}, `What ${title} cannot carry`),
    element(
      "ul",
      {},
      lacks.map((each) => element("li", {}, each)),
    ),
    element("p", { class: "muted" }, "samples.jsonl lies beside it in every export, and has all that was said."),
  );
}

function checkbox(name, words, more = "") {
  return element(
    "label",
    { class: "option" },
    element("input", { type: "checkbox", name }),
    element("span", {}, words, more && element("small", {}, more)),
  );
}

function splitFields() {
  const number = (name, words, value, more = {}) =>
    element(
      "label",
      { class: "field" },
      element("span", {}, words),
      element("input", { type: "number", name, min: 0, value, required: true, ...more }),
    );
  return element(
    "fieldset",
    { name: "split", class: "split", disabled: true, "aria-label": "Splits" },
    SHARES.map(([name, words, share]) => number(name, `${words}, %`, share, { max: 100, step: "any" })),
    number("seed", "Seed", 0, { max: 2 ** 32 - 1 }),
  );
}

function releaseFields() {
  return element(
    "div",
    { class: "stack" },
    element(
      "label",
      { class: "field" },
      element("span", {}, "Licence"),
      element("input", { type: "text", name: "licence", list: "licences", required: true, maxlength: 100 }),
      element("small", {}, "Under which terms the labels may be used; the imagery has its own."),
    ),
    element(
      "datalist",
      { id: "licences" },
      LICENCES.map((value) => element("option", { value })),
    ),
    element(
      "label",
      { class: "field" },
      element("span", {}, "Notes"),
      element("textarea", { name: "notes", rows: 2, maxlength: 2000 }),
      element("small", {}, "What is new in it."),
    ),
  );
}

// optionsOf(form) -> { images, pseudonyms, splits, shares?, seed?, own_crs?, dissolve? }
export function optionsOf({ elements }) {
  const [images, pseudonyms, splits] = ["images", "pseudonyms", "splits"].map((name) => elements[name].checked);
  const chosen = Object.keys(CHOICES).filter((name) => elements[name]?.checked);
  const more = Object.fromEntries(chosen.map((name) => [name, true]));
  const release = elements.licence ? { licence: elements.licence.value, notes: elements.notes.value } : {};
  if (!splits) return { images, pseudonyms, splits, ...more, ...release };
  const shares = SHARES.map(([name]) => Number(elements[name].value));
  return { images, pseudonyms, splits, shares, seed: Number(elements.seed.value), ...more, ...release };
}
