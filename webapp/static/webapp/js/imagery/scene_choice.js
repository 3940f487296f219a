// Choosing scenes: a dialog with a box for each, by name and date, that says why a choice is refused.
import { element } from "../lib/dom.js";
import { count } from "../lib/format.js";
import { get } from "../lib/request.js";
import { openDialog } from "../ui/dialog.js";
import { urls } from "../ui/shell.js";
import { brokenState, emptyState } from "../ui/states.js";

const A_PAGE = 1000; // scenes a request
const MANY = 12; // scenes from which a filter helps

export class SceneChoice {
  // save({ name, scenes }) -> [data, error]; the dialog closes when it succeeds. `name` null: it isn't asked for.
  constructor(project, { title, name, chosen = [], yes, save }) {
    Object.assign(this, { project, save, chosen: new Set(chosen) });
    this.list = element("div", { class: "scene-choice", role: "group", "aria-label": "Scenes" });
    this.told = element("span", { class: "faint number", role: "status" });
    this.problem = element("p", { class: "problem", role: "alert", hidden: true });
    this.name = name !== null && element("input", { name: "name", value: name, required: true, maxlength: 80 });
    this.filter = element("input", {
      type: "search",
      placeholder: "Part of a name or date",
      "aria-label": "Show only",
    });
    this.filter.addEventListener("input", () => this.#narrow());
    this.button = element("button", { class: "primary" }, yes);
    this.dialog = openDialog(title, this.#form());
    this.#load();
  }

  #form() {
    const all = (on) => () => this.#tickShown(on);
    const cancel = () => this.dialog.close();
    this.tools = element(
      "div",
      { class: "row", hidden: true },
      this.filter,
      element("button", { type: "button", class: "quiet", onclick: all(true) }, "Tick all shown"),
      element("button", { type: "button", class: "quiet", onclick: all(false) }, "Untick all shown"),
    );
    const actions = element("div", { class: "actions" }, this.told);
    actions.append(element("button", { type: "button", onclick: cancel }, "Cancel"), this.button);
    const onsubmit = (event) => this.#submit(event);
    const label = this.name && element("label", { class: "field" }, element("span", {}, "Name"), this.name);
    return element("form", { class: "stack", onsubmit }, label, this.tools, this.list, this.problem, actions);
  }

  async #load() {
    this.list.replaceChildren(element("div", { class: "state loading" }, "Loading the scenes"));
    this.button.disabled = true;
    const [scenes, error] = await scenesOf(this.project);
    if (error) return this.list.replaceChildren(brokenState(error, () => this.#load()));
    if (!scenes.length)
      return this.list.replaceChildren(emptyState("No imagery yet", "Add scenes first; an epoch is made of them."));
    this.rows = scenes.map((scene) => this.#row(scene));
    this.list.replaceChildren(...this.rows);
    this.tools.hidden = scenes.length < MANY;
    this.button.disabled = false;
    this.#tell();
    if (!this.name) this.rows[0].querySelector("input").focus();
  }

  #row({ id, name, acquired }) {
    const onchange = (event) => this.#tick(id, event.target.checked);
    const box = element("input", { type: "checkbox", onchange });
    box.checked = this.chosen.has(id);
    const day = acquired?.slice(0, 10) ?? "no date";
    const row = element("label", {}, box, element("span", { class: "name" }, name), element("span", {}, day));
    row.dataset.words = `${name} ${day}`.toLowerCase();
    row.dataset.id = id;
    return row;
  }

  #tick(id, on) {
    if (on) this.chosen.add(id);
    else this.chosen.delete(id);
    this.#tell();
  }

  #narrow() {
    const words = this.filter.value.trim().toLowerCase();
    for (const row of this.rows) row.hidden = !row.dataset.words.includes(words);
  }

  #tickShown(on) {
    for (const row of this.rows.filter(({ hidden }) => !hidden)) {
      row.querySelector("input").checked = on;
      this.#tick(Number(row.dataset.id), on);
    }
  }

  #tell() {
    this.told.textContent = `${count(this.chosen.size, "scene")} chosen`;
    this.problem.hidden = true;
  }

  async #submit(event) {
    event.preventDefault();
    if (this.button.disabled) return;
    this.button.disabled = true;
    const fields = { scenes: [...this.chosen] };
    if (this.name) fields.name = this.name.value;
    const [, error] = await this.save(fields);
    this.button.disabled = false;
    if (!error) return this.dialog.close();
    this.problem.textContent = error.message;
    this.problem.hidden = false;
  }
}

async function scenesOf(project) {
  const scenes = [];
  for (let page = 1; ; page += 1) {
    const address = urls.get("api:scene-list", project.id, { page_size: A_PAGE, page });
    const [answer, error] = await get(address, { quiet: true });
    if (error) return [null, error];
    scenes.push(...answer.results);
    if (!answer.next) return [scenes, null];
  }
}
