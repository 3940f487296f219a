// The form for a new project: what all have, and the part of the kind of label that is picked.
import { byId, pageData } from "../lib/dom.js";
import { count } from "../lib/format.js";
import { post } from "../lib/request.js";
import { changeNames } from "../state/classes.js";
import { openKind } from "../tasks/index.js";
import { urls } from "../ui/shell.js";

// What classKeys does on the label page
const LETTERS_LATER =
  "The others get free letters where people label, as far as there are any; all are found there by typing their names.";
const { tasks } = pageData();
const form = byId("form");
const problem = byId("problem");
const parts = [...form.querySelectorAll("[data-kind]")];
const drafts = new Map(); // kind -> promise of its part of the form

// Each part keeps what was typed into it while another one is on show.
function showKind() {
  const name = form.elements.task.value;
  for (const part of parts) part.hidden = part.dataset.kind !== name;
  if (!drafts.has(name)) drafts.set(name, begin(name));
  return drafts.get(name);
}

async function begin(name) {
  const Kind = await openKind(tasks.find(({ value }) => value === name).module);
  return Kind.draft(parts.find((part) => part.dataset.kind === name));
}

// Classes of change instead of those of a place; kinds whose labels name no class stay as they are.
async function nameChanges() {
  const draft = await showKind();
  if (!draft.rename) return;
  const names = changeNames(form.elements.covers.value);
  draft.rename(names);
  const told = byId("pairs-told");
  const keys = names.length > 10 ? ` The first ten have a digit each. ${LETTERS_LATER}` : "";
  told.textContent = `${count(names.length, "class", "classes")}: ${names[0]} has the key 1.${keys}`;
  told.hidden = false;
}

function showScope() {
  const pair = form.elements.scope.value === "pair";
  byId("change-classes").hidden = !pair;
  if (pair) nameChanges();
}

async function submit() {
  const { name, description, task, scope, tile_px: side } = Object.fromEntries(new FormData(form));
  const draft = await showKind();
  const wrong = name.trim() ? draft.problem() : "Give the project a name.";
  tell(wrong);
  if (wrong) return;
  setBusy(true);
  const body = { name, description, task, scope, tile_px: Number(side), ...draft.values() };
  const [project, error] = await post(urls.get("api:project-list"), body, { quiet: true });
  setBusy(false);
  if (error) return tell(error.message);
  location.assign(urls.get("imagery", project.id));
}

function tell(text) {
  problem.textContent = text;
  problem.hidden = !text;
}

function setBusy(busy) {
  form.querySelector("[type=submit]").disabled = busy;
}

for (const radio of form.querySelectorAll("[name=task]"))
  radio.addEventListener("change", () => {
    showKind();
    showScope();
  });
for (const radio of form.querySelectorAll("[name=scope]")) radio.addEventListener("change", showScope);
byId("make-pairs").addEventListener("click", nameChanges);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  submit();
});
showKind();
