// "Find fifty more like this": the tile whose look-alikes the sheet shows, named among the filters until it is let go.
import { element } from "../lib/dom.js";

export class LikeThis {
  // changed(): another tile was chosen, or none
  constructor(holder, changed) {
    Object.assign(this, { holder, changed });
    this.on = null; // { sample, index }
  }

  get query() {
    return this.on ? { alike: this.on.sample } : {};
  }

  choose({ sample, index }) {
    this.#set({ sample, index });
    this.changed();
  }

  // The tile that the address asks for (?alike=), such as one that was open elsewhere; fetch(sample) -> sample
  async read(fetch) {
    const wanted = new URLSearchParams(location.search).get("alike");
    const told = /^\d+$/.test(wanted ?? "") ? await fetch(wanted) : null;
    if (told) this.#set({ sample: told.id, index: told.index });
  }

  #set(on) {
    this.on = on;
    const address = new URL(location);
    if (on) address.searchParams.set("alike", on.sample);
    else address.searchParams.delete("alike");
    history.replaceState(null, "", address);
    this.holder.hidden = !on;
    this.holder.replaceChildren(...(on ? [`Like tile ${on.index}`, this.#letGo()] : []));
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
