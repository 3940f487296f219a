// What a pane shows, in a small window at its title: scene, view, the recipe of a view of one's own, and saved views.
import { element } from "../lib/dom.js";
import { get, patch, post, remove } from "../lib/request.js";
import { dayOf, queryOf, scenesOf, shortly, viewsOf } from "../state/views.js";
import { urls } from "../ui/shell.js";
import { RecipeForm } from "./recipe_form.js";

export class ViewEditor {
  #bands = new Map(); // scene id -> promise of its bands
  #asked = 0;

  constructor({ stage, layout, project, may }) {
    Object.assign(this, { stage, layout, project, may });
    this.scenes = element("select", { "aria-label": "Scene" });
    this.views = element("select", { "aria-label": "View" });
    this.fault = element("p", { class: "problem", role: "alert" });
    this.saved = element("div", { class: "saved-view" });
    this.holder = element("div");
    this.root = element("div", { class: "view-editor", popover: "auto", role: "dialog", "aria-label": "View" });
    this.root.append(field("Scene", this.scenes), field("View", this.views), this.holder, this.fault, this.saved);
    document.body.append(this.root);
    this.scenes.addEventListener("change", () => this.#see());
    this.views.addEventListener("change", () => this.#choose());
    this.root.addEventListener("keydown", (event) => event.key !== "Escape" && event.stopPropagation());
    stage.on("pane", () => this.isOpen && this.#fill());
  }

  get isOpen() {
    return this.root.matches(":popover-open");
  }

  toggle() {
    if (this.isOpen) this.root.hidePopover();
    else this.open();
  }

  open() {
    const { slot, item } = this.stage;
    if (!item) return;
    this.root.showPopover();
    const { left, bottom } = slot.title.getBoundingClientRect();
    this.root.style.left = `${Math.max(0, Math.min(left, innerWidth - this.root.offsetWidth - 8))}px`;
    this.root.style.top = `${bottom + 4}px`;
    this.root.style.maxHeight = `${innerHeight - bottom - 12}px`;
    this.#fill();
    this.views.focus();
  }

  get #choice() {
    return this.layout.choice(this.stage.item);
  }

  async #fill() {
    const { item } = this.stage;
    const { scene, view } = this.#choice;
    if (!scene) return;
    this.scenes.replaceChildren(...sceneOptions(scenesOf(item)));
    this.scenes.value = scene.id;
    this.views.replaceChildren(...viewOptions(viewsOf(scene, this.layout.catalogue), view));
    this.views.value = JSON.stringify(view?.view ?? null);
    this.#fillSaved(view);
    await this.#fillForm(scene, view);
  }

  async #fillForm(scene, view) {
    this.#asked += 1;
    const asked = this.#asked;
    if (!this.form) {
      this.form = new RecipeForm({ ramps: this.layout.catalogue?.ramps ?? [] });
      this.form.on("change", (recipe) => this.#own(recipe));
      this.holder.append(this.form.root);
    }
    if (!this.#bands.has(scene.id)) {
      this.#bands.set(scene.id, get(urls.get("api:scene-bands", this.project, scene.id), { quiet: true }));
    }
    const [known] = await this.#bands.get(scene.id);
    if (asked !== this.#asked) return;
    if (!this.form.root.contains(document.activeElement)) this.form.show(view.recipe, scene, known?.bands ?? []);
    const [told, error] = await this.#histogram(scene, view.recipe);
    if (asked !== this.#asked) return;
    this.fault.textContent = error ? error.message : "";
    if (told) this.form.tell(told.channels);
  }

  #histogram(scene, recipe) {
    const query = { scene: scene.id, ...queryOf(recipe) };
    return get(urls.get("api:sample-histogram", this.project, this.stage.item.sample, query), { quiet: true });
  }

  #fillSaved(view) {
    const { may } = this;
    const mine = this.layout.catalogue?.results.find(({ id }) => id === view?.view);
    const name = element("input", {
      type: "text",
      maxlength: 80,
      placeholder: "Name of the view",
      "aria-label": "Name",
    });
    const button = (text, run) => element("button", { type: "button", onclick: () => run(name.value.trim()) }, text);
    if (mine) name.value = mine.name;
    const change = mine && (mine.mine || may.own);
    this.saved.replaceChildren(
      name,
      button("Save as new", (text) => this.#save(text, view)),
      ...(change
        ? [button("Rename", (text) => this.#rename(mine, text)), button("Delete", () => this.#remove(mine))]
        : []),
    );
    this.saved.hidden = !may.label;
  }

  #see() {
    const scene = scenesOf(this.stage.item).find(({ id }) => id === Number(this.scenes.value));
    this.stage.look((layout, item) => layout.see(item, scene));
  }

  #choose() {
    const { scene } = this.#choice;
    const views = viewsOf(scene, this.layout.catalogue);
    const view = views.find((each) => JSON.stringify(each.view) === this.views.value);
    if (view) this.stage.look((layout) => layout.set({ scene, view }));
  }

  // Show a recipe of one's own in the active pane, once the server can read it.
  async #own(recipe) {
    const { scene } = this.#choice;
    this.#asked += 1;
    const asked = this.#asked;
    const [, error] = await this.#histogram(scene, recipe);
    if (asked !== this.#asked) return;
    this.fault.textContent = error ? error.message : "";
    if (!error) await this.stage.look((layout) => layout.set({ scene, view: { view: recipe } }));
  }

  async #save(name, view) {
    const { scene } = this.#choice;
    const form = { name, sensor: scene.sensor, recipe: view.recipe };
    const [saved, error] = await post(urls.get("api:view-list", this.project), form, { quiet: true });
    await this.#changed(error);
    if (saved) this.stage.look((layout) => layout.set({ scene, view: { view: saved.id } }));
  }

  async #rename({ id }, name) {
    const [, error] = await patch(urls.get("api:view-detail", this.project, id), { name }, { quiet: true });
    await this.#changed(error);
  }

  async #remove({ id }) {
    const [, error] = await remove(urls.get("api:view-detail", this.project, id), { quiet: true });
    await this.#changed(error);
  }

  async #changed(error) {
    this.fault.textContent = error ? (Object.values(error.fields)[0] ?? error.message) : "";
    if (error) return;
    const [catalogue] = await get(urls.get("api:view-list", this.project));
    if (catalogue) this.layout.catalogue = catalogue;
    await this.stage.look(() => {});
  }
}

function field(title, control) {
  return element("label", { class: "line" }, element("span", {}, title), control);
}

function sceneOptions(scenes) {
  const sensors = Map.groupBy(scenes, ({ sensor_title: title }) => shortly(title));
  return [...sensors].map(([title, dates]) =>
    element(
      "optgroup",
      { label: title },
      dates.map((scene) =>
        element("option", { value: scene.id }, [dayOf(scene), scene.name].filter(Boolean).join(" ")),
      ),
    ),
  );
}

function viewOptions(views, shown) {
  const key = ({ view }) => JSON.stringify(view);
  const known = views.some((each) => key(each) === key(shown ?? {}));
  const listed = known || !shown ? views : [...views, shown];
  return listed.map((each) => element("option", { value: key(each) }, each.title));
}
