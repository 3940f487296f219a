// Sensors of the project's own: a list to add to, by form or from YAML, to edit and to delete from.
import { element } from "../lib/dom.js";
import { count } from "../lib/format.js";
import { get, remove, send } from "../lib/request.js";
import { ask } from "../ui/dialog.js";
import { urls } from "../ui/shell.js";
import { toast } from "../ui/toast.js";
import { SensorDialog } from "./sensor_dialog.js";

export class OwnSensors {
  // onChange(sensors): what scenes can be stated to come from, as { code, title, bands }
  constructor(holder, project, may, onChange) {
    Object.assign(this, { holder, project, may, onChange });
    this.address = urls.get("api:own-sensor-list", project.id);
  }

  async load() {
    const [rows, error] = await get(this.address, { quiet: true });
    if (error) return;
    this.holder.querySelector("ul").replaceChildren(...rows.map((row) => this.#row(row)));
    this.holder.querySelector(".actions").replaceChildren(...(this.may.own ? this.#buttons() : []));
    this.holder.hidden = !rows.length && !this.may.own;
    this.onChange(rows.map(({ code, described }) => ({ code, title: described.title, bands: described.bands.length })));
  }

  #row(row) {
    const { code, described, scenes } = row;
    const told = `${described.title} (${code}): ${count(described.bands.length, "band")}, ${count(scenes, "scene")}`;
    const edit = () => new SensorDialog(this.project, row, () => this.load());
    const forget = () => this.#forget(row);
    const button = (word, onclick) =>
      element("button", { type: "button", class: "quiet", "aria-label": `${word} ${described.title}`, onclick }, word);
    const buttons = this.may.own && [button("Edit", edit), button("Delete", forget)];
    return element("li", { class: "row" }, element("span", {}, told), buttons);
  }

  #buttons() {
    const file = element("input", { type: "file", class: "hidden-text", accept: ".yaml,.yml" });
    file.addEventListener("change", () => this.#take(file));
    const describe = () => new SensorDialog(this.project, null, () => this.load());
    return [
      element("button", { type: "button", onclick: describe }, "Describe a sensor…"),
      element("label", { class: "button" }, "From a YAML file…", file),
    ];
  }

  async #take(field) {
    const form = new FormData();
    form.append("file", field.files[0]);
    field.value = "";
    const [made, error] = await send("POST", this.address, { form });
    if (!error) toast(`${count(made.length, "sensor")} can be chosen now.`);
    this.load();
  }

  async #forget({ id, described, scenes }) {
    const text = scenes ? `${count(scenes, "scene")} stay read as it.` : "No scene is read as it.";
    if (!(await ask(`Delete ${described.title}?`, text, { yes: "Delete", danger: true }))) return;
    await remove(urls.get("api:own-sensor-detail", this.project.id, id));
    this.load();
  }
}
