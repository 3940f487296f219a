// Which band is what: a dialog in which an owner names bands, with wavelengths, scale and offset, for all like it too.
import { element, headings } from "../lib/dom.js";
import { count } from "../lib/format.js";
import { get, post } from "../lib/request.js";
import { openDialog } from "../ui/dialog.js";
import { urls } from "../ui/shell.js";
import { toast } from "../ui/toast.js";

export const COLUMNS = [
  ["name", "Name", { required: true, maxlength: 60, size: 12 }],
  ["wavelength_nm", "Centre, nm", { type: "number", step: "any", min: 100, max: 20000 }],
  ["width_nm", "Width, nm", { type: "number", step: "any", min: 0.01, max: 20000 }],
  ["scale", "Scale", { type: "number", step: "any" }],
  ["offset", "Offset", { type: "number", step: "any" }],
];
export const POLARISATION = ["polarisation", "Polarisation", { size: 4, maxlength: 2, pattern: "VV|VH|HH|HV" }];

export class BandsDialog {
  constructor(project, scene, onSaved) {
    Object.assign(this, { project, scene, onSaved });
    this.address = urls.get("api:scene-bands", project.id, scene.id);
    this.#open();
  }

  async #open() {
    const [known, error] = await get(this.address);
    if (error) return;
    this.known = known;
    this.columns = known.modality === "sar" ? [COLUMNS[0], POLARISATION, ...COLUMNS.slice(3)] : COLUMNS;
    this.problem = element("p", { class: "problem", role: "alert", hidden: true });
    this.rows = known.bands.map((band, index) => bandRow(band, index + 1, this.columns));
    this.dialog = openDialog(`Bands of ${this.scene.name}`, this.#form(), { wide: true });
  }

  #form() {
    const head = headings(["", ...this.columns.map(([, title]) => title)]);
    const table = element("table", {}, element("thead", {}, element("tr", {}, head)), element("tbody", {}, this.rows));
    const options = this.known.quantities.map((name) =>
      element("option", { value: name, selected: name === this.known.quantity }, name.replaceAll("_", " ")),
    );
    this.quantity = element("select", { name: "quantity" }, options);
    this.alike = element("input", { type: "checkbox", name: "alike" });
    const alike = element("label", { class: "inline" }, this.alike, ` and ${count(this.known.alike, "scene")} like it`);
    this.button = element("button", { class: "primary" }, "Save");
    const cancel = element("button", { type: "button", onclick: () => this.dialog.close() }, "Cancel");
    return element(
      "form",
      { class: "stack", onsubmit: (event) => this.#submit(event) },
      element("p", { class: "faint" }, "In the order of the file. Number × scale + offset is what a number means."),
      element("div", { class: "bands" }, table),
      element("label", { class: "inline" }, "Numbers are then ", this.quantity),
      this.known.alike > 0 && alike,
      this.problem,
      element("div", { class: "actions" }, cancel, this.button),
    );
  }

  async #submit(event) {
    event.preventDefault();
    this.button.disabled = true;
    const bands = this.rows.map(bandOf);
    const fields = { bands, quantity: this.quantity.value, alike: this.alike.checked };
    const [saved, error] = await post(this.address, fields, { quiet: true });
    this.button.disabled = false;
    if (error) {
      this.problem.textContent = error.message;
      this.problem.hidden = false;
      return;
    }
    this.dialog.close();
    toast(`The bands of ${count(saved.scenes, "scene")} are set: their tiles are embedded again.`);
    this.onSaved();
  }
}

// A row of fields for one band; bandOf(row) is what they say.
export function bandRow(band, number, columns) {
  const cells = columns.map(([name, title, attributes]) => {
    const input = element("input", {
      ...attributes,
      value: band[name] ?? "",
      "aria-label": `${title} of band ${number}`,
    });
    input.dataset.name = name;
    return element("td", {}, input);
  });
  return element("tr", { dataset: { title: band.title ?? "" } }, element("th", { scope: "row" }, number), cells);
}

export function bandOf(row) {
  const band = row.dataset.title ? { title: row.dataset.title } : {};
  for (const input of row.querySelectorAll("input")) {
    const text = input.value.trim();
    if (text) band[input.dataset.name] = input.type === "number" ? Number(text) : text;
  }
  return band;
}
