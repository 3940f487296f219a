// Unfinished uploads: what an earlier visit began to send, to be gone on with or removed.
import { element } from "../lib/dom.js";
import { bytes, percent } from "../lib/format.js";
import { get, remove } from "../lib/request.js";
import { urls } from "../ui/shell.js";

export class Unfinished {
  // uploads: those of this page, which are shown by themselves
  constructor(list, project, uploads) {
    Object.assign(this, { list, project, uploads });
    uploads.on("idle", () => this.load());
  }

  async load() {
    const [rows, error] = await get(urls.get("api:upload-list", this.project.id), { quiet: true });
    if (error) return;
    const here = new Set(this.uploads.entries.flatMap(({ files }) => (files ?? []).map(({ name }) => name)));
    this.list.replaceChildren(...rows.filter(({ name }) => !here.has(name)).map((row) => this.#row(row)));
  }

  #row({ id, name, size, offset, expires_at: until }) {
    const onclick = async () => {
      await remove(urls.get("api:upload-detail", this.project.id, id));
      this.load();
    };
    const day = new Date(until).toLocaleDateString();
    const told = `${percent(offset / size)} of ${bytes(size)} is here until ${day}: choose the same file again to go on.`;
    return element(
      "li",
      { class: "unfinished" },
      element("span", { class: "name", title: name }, name),
      element("span", { class: "faint" }, told),
      element("button", { type: "button", class: "quiet", "aria-label": `Remove ${name}`, onclick }, "Remove"),
    );
  }
}
