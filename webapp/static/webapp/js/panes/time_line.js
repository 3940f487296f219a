// The dates of the active pane's sensor, as a slider with a picture of each; clouds are marked. Shown from three dates on.
import { element } from "../lib/dom.js";
import { percent } from "../lib/format.js";
import { withQuery } from "../lib/urls.js";
import { datesOf, dayOf, viewFor } from "../state/views.js";

const FEWEST = 3;
const THUMBNAIL_PX = 48;
const CLOUDY = 0.3; // share of the tile, from which on its picture steps back
const OWN_KEYS = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End", "PageUp", "PageDown"];

export class TimeLine {
  #shown = ""; // what the pictures are of
  #dates = [];

  constructor(holder, { stage, layout }) {
    Object.assign(this, { holder, stage, layout });
    this.slider = element("input", { type: "range", min: "0", step: "1", "aria-label": "Date" });
    this.words = element("output", { class: "number" });
    this.strip = element("div", { class: "dates", "aria-hidden": "true" });
    holder.append(element("div", { class: "date-line" }, this.slider, this.words), this.strip);
    this.slider.addEventListener("input", () => this.#see(Number(this.slider.value)));
    // The arrows go through dates here, not through tiles.
    this.slider.addEventListener("keydown", (event) => OWN_KEYS.includes(event.key) && event.stopPropagation());
    stage.on("pane", ({ scene, view }) => this.#show(scene, view));
  }

  #show(scene, view) {
    const { item } = this.stage;
    this.#dates = item && scene ? datesOf(item, scene) : [];
    this.holder.hidden = this.#dates.length < FEWEST;
    if (this.holder.hidden) return;
    const at = this.#dates.findIndex(({ id }) => id === scene.id);
    this.slider.max = String(this.#dates.length - 1);
    this.slider.value = String(at);
    const words = wordsOf(scene);
    this.slider.setAttribute("aria-valuetext", words);
    this.words.textContent = `${words} · ${at + 1} of ${this.#dates.length}`;
    this.#draw(item, view);
    this.#mark(at);
  }

  #draw(item, view) {
    const shown = JSON.stringify([item.sample, view?.view, this.#dates.map(({ id }) => id)]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.strip.replaceChildren(...this.#dates.map((scene, at) => this.#thumbnail(item, scene, view, at)));
  }

  #thumbnail(item, scene, view, at) {
    const { query } = viewFor(scene, { view: view?.view, of: scene.sensor }, this.layout.catalogue) ?? {};
    const src = withQuery(item.chip_url, { scene: scene.id, ...query, size: THUMBNAIL_PX });
    const image = element("img", { src, alt: "", loading: "lazy", width: THUMBNAIL_PX, height: THUMBNAIL_PX });
    const cloud = scene.cloud > 0 && element("i", { class: "cloud", style: { "--share": scene.cloud } });
    const name = dayOf(scene) || scene.name;
    const className = scene.cloud >= CLOUDY ? "cloudy" : null;
    const attributes = { type: "button", tabindex: "-1", class: className, title: wordsOf(scene) };
    return element("button", { ...attributes, onclick: () => this.#see(at) }, image, cloud, element("span", {}, name));
  }

  #mark(at) {
    for (const [place, node] of [...this.strip.children].entries()) node.classList.toggle("current", place === at);
    const { offsetLeft, offsetWidth } = this.strip.children[at] ?? {};
    this.strip.scrollLeft = offsetLeft - (this.strip.clientWidth - offsetWidth) / 2;
  }

  #see(at) {
    this.stage.look((layout, item) => layout.see(item, this.#dates[at]));
  }
}

function wordsOf(scene) {
  const cloud = scene.cloud === null || scene.cloud === undefined ? "" : `, ${percent(scene.cloud)} cloud`;
  return `${dayOf(scene) || scene.name}${cloud}`;
}
