// Files on a mounted folder: a dialog to walk through the folders that the operator allows, and to take files in there.
import { element } from "../lib/dom.js";
import { bytes, count } from "../lib/format.js";
import { get, post } from "../lib/request.js";
import { openDialog } from "../ui/dialog.js";
import { urls } from "../ui/shell.js";
import { toast } from "../ui/toast.js";

export class MountedDialog {
  // told(): { sensor, acquired } of the form beside it
  constructor(project, told, onTaken) {
    Object.assign(this, { told, onTaken });
    this.address = urls.get("api:mounted", project.id);
    this.chosen = new Set();
    this.place = element("p", { class: "faint" });
    this.list = element("div", { class: "scene-choice", role: "group", "aria-label": "Files" });
    this.outcome = element("ul", { class: "lines" });
    this.count = element("span", { class: "faint number", role: "status" });
    this.button = element("button", { type: "button", class: "primary", onclick: () => this.#take() }, "Take in");
    const close = element("button", { type: "button", onclick: () => this.dialog.close() }, "Close");
    const actions = element("div", { class: "actions" }, this.count, close, this.button);
    const words = "Cloud-optimised GeoTIFFs stay where they lie and are never changed or removed; others are copied.";
    const content = element(
      "div",
      { class: "stack" },
      element("p", {}, words),
      this.place,
      this.list,
      this.outcome,
      actions,
    );
    this.dialog = openDialog("From a mounted folder", content);
    this.#open("");
  }

  async #open(folder) {
    const [entries, error] = await get(this.address + (folder ? `?folder=${encodeURIComponent(folder)}` : ""));
    if (error) return;
    this.place.textContent = folder || "The folders of this server";
    const up = folder && this.#folder("..", folder.split("/").slice(0, -1).join("/"));
    const rows = entries.map((entry) =>
      entry.is_folder ? this.#folder(`${entry.name}/`, entry.path) : this.#file(entry),
    );
    this.list.replaceChildren(...[up, ...rows].filter(Boolean));
    this.#tell();
  }

  #folder(name, path) {
    return element("button", { type: "button", class: "quiet", onclick: () => this.#open(path) }, name);
  }

  #file({ name, path, size }) {
    const onchange = (event) => {
      if (event.target.checked) this.chosen.add(path);
      else this.chosen.delete(path);
      this.#tell();
    };
    const box = element("input", { type: "checkbox", onchange });
    box.checked = this.chosen.has(path);
    return element("label", {}, box, element("span", { class: "name" }, name), element("span", {}, bytes(size)));
  }

  #tell() {
    this.count.textContent = `${count(this.chosen.size, "file")} chosen`;
    this.button.disabled = this.chosen.size === 0;
  }

  async #take() {
    this.button.disabled = true;
    const { sensor, acquired } = this.told();
    const fields = { paths: [...this.chosen], ...(sensor && { sensor }), ...(acquired && { acquired }) };
    const [answer, error] = await post(this.address, fields, { quiet: true, timeout: 300_000 });
    this.button.disabled = false;
    const files = answer?.files ?? error.body?.files ?? [{ name: "", message: error.message }];
    this.outcome.replaceChildren(...files.map(({ name, message }) => element("li", {}, `${name}: ${message}`)));
    if (error) return;
    this.chosen.clear();
    this.#tell();
    toast("They are taken in in the background.");
    this.onTaken();
  }
}
