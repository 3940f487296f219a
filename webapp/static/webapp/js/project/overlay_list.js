// The overlays of a project in the menu of the overview: shown and hidden by anybody, added and deleted by its owners.
import { element } from "../lib/dom.js";
import { recall, remember } from "../lib/memory.js";
import { get, remove, send } from "../lib/request.js";
import { ask } from "../ui/dialog.js";
import { urls } from "../ui/shell.js";

const USUAL = "#ffd24a";

export class OverlayList {
  // scope: whose choice it is what is shown
  constructor({ view, project, own, scope }) {
    Object.assign(this, { view, project, own });
    this.key = `overlays-shown:${scope}`;
    this.shown = new Set(recall(this.key, []));
    this.rows = element("ul", {});
    this.root = element("section", { class: "overlay-list" }, element("h3", {}, "Over the scenes"), this.rows);
    if (own) this.root.append(this.#form());
  }

  // Fetch what there is; say whether there is anything to see or do.
  async load() {
    const [told] = await get(urls.get("api:overlay-list", this.project), { quiet: true });
    const overlays = told?.results ?? [];
    this.rows.replaceChildren(...overlays.map((each) => this.#row(each)));
    if (!overlays.length) this.rows.append(element("li", { class: "faint" }, "None yet."));
    for (const each of overlays) if (this.shown.has(each.id)) this.#show(each.id, true);
    return overlays.length > 0 || this.own;
  }

  #row({ id, name, colour }) {
    const toggle = (event) => this.#show(id, event.target.checked);
    const box = element("input", { type: "checkbox", checked: this.shown.has(id), onchange: toggle });
    const label = element("label", {}, box, element("i", { class: "swatch", style: { background: colour } }), name);
    const away = () => this.#delete(id, name);
    const title = `Delete ${name}`;
    return element(
      "li",
      {},
      label,
      this.own && element("button", { type: "button", class: "quiet", title, "aria-label": title, onclick: away }, "×"),
    );
  }

  async #show(id, on) {
    this.shown[on ? "add" : "delete"](id);
    remember(this.key, [...this.shown]);
    if (!on) {
      this.view.draw(id, null);
      return;
    }
    const [feature] = await get(urls.get("api:overlay-detail", this.project, id));
    if (feature && this.shown.has(id)) this.view.draw(id, feature);
  }

  async #delete(id, name) {
    if (!(await ask(`Delete ${name}?`, "It is gone for all members.", { yes: "Delete", danger: true }))) return;
    const [, error] = await remove(urls.get("api:overlay-detail", this.project, id));
    if (error) return;
    await this.#show(id, false);
    await this.load();
  }

  #form() {
    const fault = element("p", { class: "notice bad", role: "alert", hidden: true });
    const file = element("input", { type: "file", name: "file", accept: ".geojson,.json", required: true });
    const named = { name: "name", required: true, maxlength: 80, placeholder: "Name", "aria-label": "Name" };
    const name = element("input", named);
    file.addEventListener("change", () => {
      name.value ||= (file.files[0]?.name ?? "").replace(/\.(geo)?json$/i, "").slice(0, 80);
    });
    const colour = element("input", { type: "color", name: "colour", value: USUAL, "aria-label": "Colour" });
    const labelled = element("label", {}, "Add a GeoJSON file", file);
    const form = element("form", {}, labelled, element("div", { class: "row" }, name, colour), fault);
    form.append(element("button", { type: "submit" }, "Add"));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#add(form, fault);
    });
    return form;
  }

  async #add(form, fault) {
    const options = { form: new FormData(form), quiet: true };
    const [added, error] = await send("POST", urls.get("api:overlay-list", this.project), options);
    fault.hidden = !error;
    fault.textContent = error?.message ?? "";
    if (error) return;
    for (const field of ["file", "name"]) form.elements[field].value = "";
    this.shown.add(added.id);
    remember(this.key, [...this.shown]);
    await this.load();
  }
}
