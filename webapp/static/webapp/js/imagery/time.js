// When scenes were acquired: a dialog in which an owner states one date, or where names say it, for all like one too.
import { element } from "../lib/dom.js";
import { count } from "../lib/format.js";
import { get, post } from "../lib/request.js";
import { openDialog } from "../ui/dialog.js";
import { urls } from "../ui/shell.js";
import { toast } from "../ui/toast.js";

export class TimeDialog {
  constructor(project, scene, onSaved) {
    Object.assign(this, { scene, onSaved });
    this.address = urls.get("api:scene-time", project.id, scene.id);
    this.#open();
  }

  async #open() {
    const [known, error] = await get(this.address);
    if (error) return;
    this.known = known;
    this.problem = element("p", { class: "problem", role: "alert", hidden: true });
    this.dialog = openDialog(`Date of ${this.scene.name}`, this.#form());
  }

  #form() {
    const day = this.known.acquired?.slice(0, 10) ?? "";
    this.day = element("input", { type: "date", name: "acquired", value: day });
    this.pattern = element("input", { name: "pattern", maxlength: 200, placeholder: "*_YYYYMMDD_*", size: 28 });
    this.alike = element("input", { type: "checkbox", name: "alike", checked: this.known.alike > 0 });
    const alike = element("label", { class: "inline" }, this.alike, ` and ${count(this.known.alike, "scene")} like it`);
    this.button = element("button", { class: "primary" }, "Save");
    const cancel = element("button", { type: "button", onclick: () => this.dialog.close() }, "Cancel");
    const field = (title, input) => element("label", { class: "field" }, element("span", {}, title), input);
    return element(
      "form",
      { class: "stack", onsubmit: (event) => this.#submit(event) },
      field("Date", this.day),
      field("or where names say it", this.pattern),
      element("p", { class: "faint" }, "YYYY MM DD, or YYYY and DOY, with hh and mm; * and ? stand for anything."),
      this.known.alike > 0 && alike,
      this.problem,
      element("div", { class: "actions" }, cancel, this.button),
    );
  }

  async #submit(event) {
    event.preventDefault();
    this.button.disabled = true;
    const pattern = this.pattern.value.trim();
    const told = pattern ? { pattern } : { acquired: this.day.value || null };
    const [saved, error] = await post(this.address, { ...told, alike: this.alike.checked }, { quiet: true });
    this.button.disabled = false;
    if (error) {
      this.problem.textContent = error.message;
      this.problem.hidden = false;
      return;
    }
    this.dialog.close();
    toast(saved.missed ? `Saved; ${count(saved.missed, "name")} said nothing: ${saved.names.join(", ")}.` : "Saved.");
    this.onSaved();
  }
}
