// From a catalogue: an owner looks at what a STAC catalogue has of an area, and adds what is ticked.
// Nothing is fetched from the catalogue by the browser: our server asks it.
import { byId, element } from "../lib/dom.js";
import { count } from "../lib/format.js";
import { post } from "../lib/request.js";
import { urls } from "../ui/shell.js";
import { toast } from "../ui/toast.js";
import { AreaForm } from "./area_form.js";
import { queryOf } from "./catalogue_query.js";
import { OfferTable } from "./offer_table.js";

const PATIENCE = 40_000; // ms; the server gives a catalogue 25 s

export class Catalogue {
  // area: west, south, east, north of the project, or null; onAdded(): a job was written
  constructor(project, area, onAdded) {
    Object.assign(this, { project, onAdded });
    this.form = byId("catalogue");
    this.answer = byId("offers");
    this.area = new AreaForm(this.form, area);
    this.area.on("over", (id) => this.table?.highlight(id));
    this.area.on("pick", (id) => this.table?.toggle(id));
    this.form.addEventListener("submit", (event) => this.#search(event));
    const sheet = this.form.closest("details");
    sheet.addEventListener("toggle", () => sheet.open && this.area.open());
    if (sheet.open) this.area.open();
  }

  // scenes: those of the project that have a place
  showScenes(scenes) {
    this.area.showScenes(scenes.filter(({ bounds }) => bounds).map(({ bounds }) => bounds));
  }

  async #search(event) {
    event.preventDefault();
    const area = this.area.area;
    if (area === undefined) return this.#say("An area is west, south, east and north in degrees, the south first.");
    this.query = queryOf(this.form.elements, area);
    this.#busy(true);
    this.#say("The catalogue is asked…");
    const address = urls.get("api:catalogue-search", this.project.id);
    const [answer, error] = await post(address, this.query, { quiet: true, timeout: PATIENCE });
    this.#busy(false);
    if (error) return this.#say(error.message, "problem");
    this.#show(answer);
  }

  #busy(is) {
    for (const button of this.form.querySelectorAll("button[type=submit]")) button.disabled = is;
  }

  #say(text, kind = "muted") {
    this.#clear();
    this.answer.replaceChildren(element("p", { class: kind, role: kind === "problem" ? "alert" : "status" }, text));
  }

  #clear() {
    this.table = null;
    this.area.show([]);
    this.answer.replaceChildren();
  }

  #show({ items, complete, broken }) {
    if (!items.length) return this.#say("The catalogue has nothing that fits: widen area, dates or clouds.");
    const onOver = (id) => this.area.highlight(id);
    this.table = new OfferTable(items, { onCount: (ticked) => this.#count(ticked), onOver });
    this.area.show(items);
    this.button = element("button", { type: "button", class: "primary", onclick: () => this.#add() });
    const more = [
      !complete && "There may be more: ask for less at once.",
      broken > 0 && `${count(broken, "item")} could not be read.`,
    ].filter(Boolean);
    const words = element("span", { class: "muted" }, more.join(" "));
    this.answer.replaceChildren(this.table.root, element("div", { class: "row" }, this.button, words));
    this.#count(this.table.ticked);
  }

  #count({ length: many }) {
    this.button.textContent = many ? `Add ${count(many, "scene")}` : "Nothing is ticked";
    this.button.disabled = !many;
  }

  async #add() {
    const items = this.table.ticked;
    this.#busy(true);
    this.button.disabled = true;
    const [, error] = await post(
      urls.get("api:catalogue-add", this.project.id),
      { ...this.query, items },
      { quiet: true },
    );
    this.#busy(false);
    if (error) return this.#say(error.message, "problem");
    this.#clear();
    toast(`${count(items.length, "scene")} will be read where ${items.length === 1 ? "it lies" : "they lie"}.`);
    this.onAdded();
  }
}
