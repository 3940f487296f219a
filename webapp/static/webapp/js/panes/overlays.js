// The owner's drawings on the stage: lines beneath the masks in all panes. Off until asked for, fetched tile by tile.
import { recall, remember } from "../lib/memory.js";
import { get } from "../lib/request.js";
import { urls } from "../ui/shell.js";

export class Overlays {
  #drawn = null;
  #item = null; // whose drawings are on the stage

  // button: tells whether they are on; scope: whose choice it is; tell(text): say something in passing
  constructor({ stage, project, scope, button, tell }) {
    Object.assign(this, { stage, project, button, tell });
    this.key = `overlays:${scope}`;
    this.on = recall(this.key, false);
    stage.on("shown", (item) => this.#show(item));
    this.#mark();
  }

  async toggle() {
    this.on = !this.on;
    remember(this.key, this.on);
    this.#mark();
    this.#clear();
    if (this.stage.item) await this.#show(this.stage.item, true);
  }

  async #show(item, asked = false) {
    if (!this.on || item === this.#item) return;
    this.#clear();
    this.#item = item;
    const [told, error] = await get(urls.get("api:sample-overlays", this.project, item.sample), { quiet: !asked });
    if (this.#item !== item) return;
    if (error) {
      this.#item = null; // asked again when the tile is shown again
      return;
    }
    if (told.results.length) this.#drawn = this.stage.view.lines(told.results);
    else if (asked) this.tell("No overlay of the project lies here. Owners add them on the overview, under Context.");
  }

  #clear() {
    this.#drawn?.remove();
    this.#drawn = this.#item = null;
  }

  #mark() {
    this.button.setAttribute("aria-pressed", String(this.on));
  }
}
