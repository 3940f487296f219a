// Where a scene lies: a dialog in which an owner states coordinate system, transform and the number for no data.
import { element } from "../lib/dom.js";
import { count } from "../lib/format.js";
import { get, post } from "../lib/request.js";
import { openDialog } from "../ui/dialog.js";
import { urls } from "../ui/shell.js";
import { toast } from "../ui/toast.js";

const NUMBERS = ["Pixel width", "Turn of rows", "West", "Turn of columns", "Pixel height (negative)", "North"];

export class PlaceDialog {
  constructor(project, scene, onSaved) {
    Object.assign(this, { scene, onSaved });
    this.address = urls.get("api:scene-place", project.id, scene.id);
    this.#open();
  }

  async #open() {
    const [known, error] = await get(this.address);
    if (error) return;
    this.known = known;
    this.problem = element("p", { class: "problem", role: "alert", hidden: true });
    this.dialog = openDialog(`Place of ${this.scene.name}`, this.#form());
  }

  #form() {
    const crs = /^EPSG:\d+$/.test(this.known.crs ?? "") ? this.known.crs : "";
    this.crs = element("input", { name: "crs", value: crs, placeholder: "EPSG:32633", pattern: "EPSG:[0-9]{4,6}" });
    this.numbers = NUMBERS.map((title, index) =>
      element("input", {
        type: "number",
        step: "any",
        value: this.known.transform?.[index] ?? "",
        "aria-label": title,
      }),
    );
    this.nodata = element("input", { type: "number", step: "any", name: "nodata", value: this.known.nodata ?? "" });
    this.alike = element("input", { type: "checkbox", name: "alike" });
    const alike = element("label", { class: "inline" }, this.alike, ` and ${count(this.known.alike, "scene")} like it`);
    this.button = element("button", { class: "primary" }, "Save");
    const cancel = element("button", { type: "button", onclick: () => this.dialog.close() }, "Cancel");
    const fields = NUMBERS.map((title, index) => element("label", { class: "field" }, title, this.numbers[index]));
    return element(
      "form",
      { class: "stack", onsubmit: (event) => this.#submit(event) },
      element("p", { class: "faint" }, "Its file is written anew, and its tiles are cut again. Labelled tiles stay."),
      element("label", { class: "field" }, "Coordinate system", this.crs),
      element("div", { class: "row" }, fields),
      element("label", { class: "field" }, "Number for no data", this.nodata),
      this.known.alike > 0 && alike,
      this.problem,
      element("div", { class: "actions" }, cancel, this.button),
    );
  }

  #statement() {
    const numbers = this.numbers.map(({ value }) => value.trim());
    const fields = { alike: this.alike.checked };
    const crs = this.crs.value.trim();
    if (crs && crs !== this.known.crs) fields.crs = crs;
    const transform = numbers.map(Number);
    const same = this.known.transform?.every((number, index) => number === transform[index]);
    if (numbers.every(Boolean) && !same) fields.transform = transform;
    const nodata = this.nodata.value.trim();
    if (nodata && Number(nodata) !== this.known.nodata) fields.nodata = Number(nodata);
    return fields;
  }

  async #submit(event) {
    event.preventDefault();
    this.button.disabled = true;
    const [saved, error] = await post(this.address, this.#statement(), { quiet: true });
    this.button.disabled = false;
    if (error) {
      this.problem.textContent = error.message;
      this.problem.hidden = false;
      return;
    }
    this.dialog.close();
    toast(`${count(saved.scenes, "scene")} will lie as stated.`);
    this.onSaved();
  }
}
