// Arrangements of panes that people of the project saved: take one, save the present one, delete one.
import { element } from "../lib/dom.js";
import { get, post, remove } from "../lib/request.js";
import { urls } from "../ui/shell.js";

export class LayoutMenu {
  constructor({ stage, layout, project, may }) {
    Object.assign(this, { stage, layout, project, may });
    this.list = element("ul", { class: "layouts" });
    this.name = element("input", {
      type: "text",
      maxlength: 80,
      placeholder: "Name",
      "aria-label": "Name of the layout",
    });
    this.fault = element("p", { class: "problem", role: "alert" });
    const save = element("form", { class: "saved-view", onsubmit: (event) => this.#save(event) });
    save.append(this.name, element("button", { type: "submit" }, "Save these panes"));
    this.root = element("div", { class: "view-editor layout-menu", popover: "auto", role: "dialog" });
    this.root.setAttribute("aria-label", "Layouts");
    this.root.append(this.list, ...(may.label ? [save] : []), this.fault);
    this.root.addEventListener("keydown", (event) => event.key !== "Escape" && event.stopPropagation());
    document.body.append(this.root);
  }

  async toggle() {
    if (this.root.matches(":popover-open")) {
      this.root.hidePopover();
      return;
    }
    await this.#fill();
    this.root.showPopover();
    (this.list.querySelector("button") ?? this.name).focus();
  }

  async #fill() {
    const [told] = await get(urls.get("api:layout-list", this.project));
    const rows = (told?.results ?? []).map((row) =>
      element(
        "li",
        {},
        element("button", { type: "button", class: "quiet", onclick: () => this.#take(row) }, row.name),
        element("span", { class: "faint" }, `${row.panes.length}`),
        (row.mine || this.may.own) &&
          element(
            "button",
            {
              type: "button",
              class: "quiet icon",
              "aria-label": `Delete ${row.name}`,
              onclick: () => this.#remove(row),
            },
            "×",
          ),
      ),
    );
    const none = element("li", { class: "faint" }, "No layout is saved yet.");
    this.list.replaceChildren(...(rows.length ? rows : [none]));
  }

  #take({ panes }) {
    this.root.hidePopover();
    this.stage.look((layout) => layout.arrange(panes));
  }

  async #save(event) {
    event.preventDefault();
    const form = { name: this.name.value.trim(), panes: this.layout.saved(this.stage.item) };
    const [, error] = await post(urls.get("api:layout-list", this.project), form, { quiet: true });
    this.fault.textContent = error ? (Object.values(error.fields)[0] ?? error.message) : "";
    if (!error) this.name.value = "";
    await this.#fill();
  }

  async #remove({ id }) {
    await remove(urls.get("api:layout-detail", this.project, id));
    await this.#fill();
  }
}
