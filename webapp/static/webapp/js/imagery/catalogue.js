// From a catalogue: an owner looks at what a STAC catalogue has of an area, and adds what is ticked.
// Nothing is fetched from the catalogue by the browser: our server asks it.
import { byId, element } from "../lib/dom.js";
import { count } from "../lib/format.js";
import { post } from "../lib/request.js";
import { urls } from "../ui/shell.js";
import { toast } from "../ui/toast.js";
import { queryOf } from "./catalogue_query.js";

const PATIENCE = 40_000; // ms; the server gives a catalogue 25 s

export class Catalogue {
  // area: west, south, east, north of the project, or null; onAdded(): a job was written
  constructor(project, area, onAdded) {
    Object.assign(this, { project, area, onAdded });
    this.form = byId("catalogue");
    this.answer = byId("offers");
    this.form.addEventListener("submit", (event) => this.#search(event));
    this.form.elements.area.value = area ? area.map((degrees) => degrees.toFixed(4)).join(", ") : "";
  }

  async #search(event) {
    event.preventDefault();
    this.query = queryOf(this.form.elements);
    if (this.query.bbox === undefined) return this.#say("Write an area as west, south, east, north in degrees.");
    this.#busy(true);
    this.#say("The catalogue is asked…");
    const address = urls.get("api:catalogue-search", this.project.id);
    const [found, error] = await post(address, this.query, { quiet: true, timeout: PATIENCE });
    this.#busy(false);
    if (error) return this.#say(error.message, "problem");
    this.#show(found);
  }

  #busy(is) {
    for (const button of this.form.querySelectorAll("button")) button.disabled = is;
  }

  #say(text, kind = "muted") {
    this.answer.replaceChildren(element("p", { class: kind, role: kind === "problem" ? "alert" : "status" }, text));
  }

  #show({ items, complete, broken }) {
    if (!items.length) return this.#say("The catalogue has nothing that fits: widen area, dates or clouds.");
    this.boxes = items.map((item) =>
      element("input", {
        type: "checkbox",
        value: item.id,
        checked: item.status === "accepted",
        disabled: item.status !== "accepted",
        "aria-label": `Add ${item.id}`,
        onchange: () => this.#count(),
      }),
    );
    this.button = element("button", { type: "button", class: "primary", onclick: () => this.#add() });
    const rows = items.map((item, index) => offerRow(item, this.boxes[index]));
    const head = ["", "Item", "Date", "Clouds", "What it becomes"].map((title) =>
      element("th", { scope: "col" }, title),
    );
    const more = [
      !complete && "There may be more: ask for less at once.",
      broken > 0 && `${count(broken, "item")} could not be read.`,
    ].filter(Boolean);
    this.answer.replaceChildren(
      element(
        "div",
        { class: "offers" },
        element("table", {}, element("thead", {}, element("tr", {}, head)), element("tbody", {}, rows)),
      ),
      element("div", { class: "row" }, this.button, element("span", { class: "muted" }, more.join(" "))),
    );
    this.#count();
  }

  #chosen() {
    return this.boxes.filter(({ checked }) => checked).map(({ value }) => value);
  }

  #count() {
    const many = this.#chosen().length;
    this.button.textContent = many ? `Add ${count(many, "scene")}` : "Nothing is ticked";
    this.button.disabled = !many;
  }

  async #add() {
    const items = this.#chosen();
    this.#busy(true);
    this.button.disabled = true;
    const [, error] = await post(
      urls.get("api:catalogue-add", this.project.id),
      { ...this.query, items },
      { quiet: true },
    );
    this.#busy(false);
    if (error) return this.#say(error.message, "problem");
    this.answer.replaceChildren();
    toast(`${count(items.length, "scene")} will be read where ${items.length === 1 ? "it lies" : "they lie"}.`);
    this.onAdded();
  }
}

function offerRow(item, box) {
  const cloud = item.cloud_cover === null ? "" : `${Math.round(item.cloud_cover)} %`;
  return element(
    "tr",
    {},
    element("td", {}, box),
    element("td", {}, element("div", { class: "name" }, item.id), element("div", { class: "faint" }, item.collection)),
    element("td", {}, item.acquired?.slice(0, 10) ?? ""),
    element("td", { class: "number" }, cloud),
    element("td", { class: item.status === "refused" ? "fault" : null }, whatOf(item)),
  );
}

function whatOf({ status, message, bands }) {
  return status === "accepted" && bands.length ? bands.join(", ") : message;
}
