// A sensor by form: its code, title and meaning, and a row for each band in the order of its files.
import { element, headings } from "../lib/dom.js";
import { send } from "../lib/request.js";
import { openDialog } from "../ui/dialog.js";
import { urls } from "../ui/shell.js";
import { toast } from "../ui/toast.js";
import { bandOf, bandRow, COLUMNS, POLARISATION } from "./bands.js";

const MODALITIES = ["optical", "sar", "elevation"];
const QUANTITIES = [
  "digital_number",
  "reflectance",
  "reflectance_1e4",
  "radiance",
  "brightness_temperature",
  "decibel",
  "metre",
  "index",
];
const FIRST = 3; // bands of an empty form

export class SensorDialog {
  // own: a row of the API, or null for a new one
  constructor(project, own, onSaved) {
    Object.assign(this, { project, own, onSaved });
    this.told = own?.described ?? { bands: Array.from({ length: FIRST }, () => ({})) };
    this.problem = element("p", { class: "problem", role: "alert", hidden: true });
    this.body = element("tbody");
    this.dialog = openDialog(own ? `Edit ${own.described.title}` : "A sensor of this project", this.#form(), {
      wide: true,
    });
    this.#draw(this.told.bands);
  }

  #form() {
    const code = {
      name: "code",
      required: true,
      maxlength: 60,
      pattern: "[A-Za-z0-9][A-Za-z0-9._\\-]*",
      value: this.own?.code ?? "",
      readonly: Boolean(this.own),
    };
    const field = (title, input) => element("label", { class: "field" }, element("span", {}, title), input);
    const fields = element(
      "div",
      { class: "row" },
      field("Code", element("input", code)),
      field("Title", element("input", { name: "title", maxlength: 120, value: this.told.title ?? "" })),
      field("Kind", this.#choice("modality", MODALITIES)),
      field("Numbers are", this.#choice("quantity", QUANTITIES)),
      field(
        "Pixel, m",
        element("input", { name: "gsd_m", type: "number", step: "any", min: 0.0001, value: this.told.gsd_m ?? "" }),
      ),
    );
    this.head = element("tr");
    const table = element("table", {}, element("thead", {}, this.head), this.body);
    const add = element("button", { type: "button", onclick: () => this.#draw([...this.#bands(), {}]) }, "Add a band");
    const drop = element(
      "button",
      { type: "button", onclick: () => this.#draw(this.#bands().slice(0, -1)) },
      "Remove the last",
    );
    this.button = element("button", { class: "primary" }, "Save");
    const cancel = element("button", { type: "button", onclick: () => this.dialog.close() }, "Cancel");
    this.form = element(
      "form",
      { class: "stack", onsubmit: (event) => this.#submit(event) },
      fields,
      element("p", { class: "faint" }, "Bands in the order of the file; leave out what you don't know."),
      element("div", { class: "bands" }, table),
      element("div", { class: "row" }, add, drop),
      this.problem,
      element("div", { class: "actions" }, cancel, this.button),
    );
    return this.form;
  }

  #choice(name, values) {
    const options = values.map((value) =>
      element("option", { value, selected: value === this.told[name] }, value.replaceAll("_", " ")),
    );
    const onchange = () => name === "modality" && this.#draw(this.#bands());
    return element("select", { name, onchange }, options);
  }

  #draw(bands) {
    const radar = this.form.elements.modality.value === "sar";
    const columns = radar ? [COLUMNS[0], POLARISATION, ...COLUMNS.slice(3)] : COLUMNS;
    const titles = ["", ...columns.map(([, title]) => title)];
    this.head.replaceChildren(...headings(titles));
    const rows = (bands.length ? bands : [{}]).map((band, index) => bandRow(band, index + 1, columns));
    this.body.replaceChildren(...rows);
  }

  #bands() {
    return [...this.body.rows].map(bandOf);
  }

  async #submit(event) {
    event.preventDefault();
    this.button.disabled = true;
    const { code, title, modality, quantity, gsd_m: pixel } = this.form.elements;
    const fields = { code: code.value, title: title.value || code.value, modality: modality.value };
    Object.assign(fields, { quantity: quantity.value, gsd_m: Number(pixel.value) || null, bands: this.#bands() });
    const { frequency_ghz: frequency, level } = this.told;
    const address = this.own
      ? urls.get("api:own-sensor-detail", this.project.id, this.own.id)
      : urls.get("api:own-sensor-list", this.project.id);
    const json = { ...fields, ...(frequency && { frequency_ghz: frequency }), ...(level && { level }) };
    const [, error] = await send(this.own ? "PATCH" : "POST", address, { json, quiet: true });
    this.button.disabled = false;
    if (error) {
      this.problem.textContent = error.message;
      this.problem.hidden = false;
      return;
    }
    this.dialog.close();
    toast("Saved. Choose it for a scene, or for files that you send.");
    this.onSaved();
  }
}
