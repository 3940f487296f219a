// "Find fifty more like this": the tile or the area whose look-alikes the sheet shows, named among the filters until it
// is let go.
import { element } from "../lib/dom.js";

export class LikeThis {
  // changed(): another tile was chosen, or none
  constructor(holder, changed) {
    Object.assign(this, { holder, changed });
    this.on = null; // { sample, index } or { area }: "west,south,east,north"
  }

  get query() {
    const { sample, area } = this.on ?? {};
    return area ? { alike_area: area } : sample ? { alike: sample } : {};
  }

  choose({ sample, index }) {
    this.#set({ sample, index });
    this.changed();
  }

  // What the address asks for: a tile that was open elsewhere (?alike=), or an area that was drawn on the map
  // (?alike_area=); fetch(sample) -> sample
  async read(fetch) {
    const asked = new URLSearchParams(location.search);
    if (asked.get("alike_area")) return this.#set({ area: asked.get("alike_area") });
    const wanted = asked.get("alike");
    const told = /^\d+$/.test(wanted ?? "") ? await fetch(wanted) : null;
    if (told) this.#set({ sample: told.id, index: told.index });
  }

  #set(on) {
    this.on = on;
    const address = new URL(location);
    for (const name of ["alike", "alike_area"]) address.searchParams.delete(name);
    for (const [name, value] of Object.entries(this.query)) address.searchParams.set(name, value);
    history.replaceState(null, "", address);
    this.holder.hidden = !on;
    this.holder.replaceChildren(
      ...(on ? [on.area ? "Like the area on the map" : `Like tile ${on.index}`, this.#letGo()] : []),
    );
  }

  #letGo() {
    const run = () => {
      this.#set(null);
      this.changed();
    };
    return element(
      "button",
      { type: "button", class: "quiet icon", "aria-label": "Show all again", onclick: run },
      "×",
    );
  }
}
