// The form for a new project.
import { byId } from "../lib/dom.js";
import { post } from "../lib/request.js";
import { problemOf } from "../state/classes.js";
import { urls } from "../ui/shell.js";
import { ClassRows } from "./class_rows.js";

const form = byId("form");
const problem = byId("problem");
const rows = new ClassRows(byId("classes"));

for (const name of ["Open water", "Vegetation", "Bare ground", "Built-up"]) rows.add(name);
byId("add-class").addEventListener("click", () => rows.add().name.focus());
form.addEventListener("submit", (event) => {
  event.preventDefault();
  submit();
});

async function submit() {
  const fields = Object.fromEntries(new FormData(form));
  const classes = rows.values().filter(({ name }) => name);
  const wrong = missing(fields, classes) || problemOf(classes);
  if (wrong) return tell(wrong);
  tell("");
  setBusy(true);
  const body = { ...fields, tile_px: Number(fields.tile_px), classes };
  const [project, error] = await post(urls.get("api:project-list"), body, { quiet: true });
  setBusy(false);
  if (error) return tell(error.message);
  location.assign(urls.get("imagery", project.id));
}

function missing(fields, classes) {
  if (!fields.name.trim()) return "Give the project a name.";
  if (classes.length < 2) return "Give it at least two classes with names.";
  return "";
}

function tell(text) {
  problem.textContent = text;
  problem.hidden = !text;
}

function setBusy(busy) {
  form.querySelector("[type=submit]").disabled = busy;
}
