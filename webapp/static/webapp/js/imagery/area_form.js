// The area of a search: four numbers and a map on which it is drawn, which say the same.
import { byId } from "../lib/dom.js";
import { Emitter } from "../lib/events.js";
import { areaOf, fourIn } from "../state/degrees.js";

const SIDES = ["west", "south", "east", "north"];

export class AreaForm extends Emitter {
  // Fires "over" with the id of an offer below the pointer or null, and "pick" with the id of one that was clicked.
  // area: of the project's scenes, or null
  constructor(form, area) {
    super();
    this.fields = SIDES.map((side) => form.elements[side]);
    this.home = area;
    this.offers = [];
    this.scenes = [];
    this.drawing = byId("area-draw");
    for (const field of this.fields) {
      field.addEventListener("input", () => this.map?.setArea(this.area ?? null));
      field.addEventListener("paste", (event) => this.#paste(event));
    }
    this.drawing.addEventListener("click", () => this.#draw(!this.isDrawing));
    byId("area-home").addEventListener("click", () => this.set(this.home));
    byId("area-home").disabled = !area;
    byId("area-none").addEventListener("click", () => this.set(null));
    form.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.isDrawing) this.#draw(false);
    });
    this.set(area);
  }

  // west, south, east, north; null: anywhere; undefined: what is written is no area
  get area() {
    return areaOf(this.fields.map(({ value }) => value));
  }

  set(area) {
    this.#write(area ?? Array(4).fill(""));
    this.map?.setArea(area);
  }

  #write(values) {
    for (const [at, field] of this.fields.entries()) {
      const value = values[at];
      field.value = typeof value === "number" ? Number(value.toFixed(4)) : value;
    }
  }

  // The map is made when it is first seen: before, it has no size, and most visitors need none.
  async open() {
    if (this.map) return this.map.resize();
    const { AreaMap } = await import("../map/area_map.js");
    this.map ??= new AreaMap(byId("area-map"));
    this.map.on("area", (area) => {
      this.#write(area);
      this.#draw(false);
    });
    for (const name of ["over", "pick"]) this.map.on(name, (id) => this.fire(name, id));
    const area = this.area ?? null;
    this.map.setArea(area);
    this.map.setScenes(this.scenes);
    this.map.setOffers(this.offers);
  }

  show(offers) {
    this.offers = offers;
    this.map?.setOffers(offers);
  }

  showScenes(areas) {
    this.scenes = areas;
    this.map?.setScenes(areas);
  }

  highlight(id) {
    this.map?.highlight(id);
  }

  get isDrawing() {
    return this.drawing.getAttribute("aria-pressed") === "true";
  }

  #draw(on) {
    this.drawing.setAttribute("aria-pressed", on);
    this.map?.draw(on);
  }

  #paste(event) {
    const four = fourIn(event.clipboardData?.getData("text") ?? "");
    if (!four) return;
    event.preventDefault();
    this.#write(four);
    this.map?.setArea(this.area ?? null);
  }
}
