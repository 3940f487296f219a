// The form for a new project: what all have, and the part of the kind of label that is picked.
import { byId, pageData } from "../lib/dom.js";
import { post } from "../lib/request.js";
import { openKind } from "../tasks/index.js";
import { urls } from "../ui/shell.js";

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

async function submit() {
  const { name, description, task, tile_px: side } = Object.fromEntries(new FormData(form));
  const draft = await showKind();
  const wrong = name.trim() ? draft.problem() : "Give the project a name.";
  tell(wrong);
  if (wrong) return;
  setBusy(true);
  const body = { name, description, task, tile_px: Number(side), ...draft.values() };
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

for (const radio of form.querySelectorAll("[name=task]")) radio.addEventListener("change", showKind);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  submit();
});
showKind();
