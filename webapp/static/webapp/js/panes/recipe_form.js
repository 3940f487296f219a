// The form of a recipe: where the numbers come from, and how they become colours.
import { element } from "../lib/dom.js";
import { Emitter } from "../lib/events.js";
import { COMPONENTS, draftOf, PLACES, recipeOf, SHADES, SOURCES, WAYS } from "../state/recipes.js";
import { Histogram } from "./histogram.js";

export class RecipeForm extends Emitter {
  // Fires "change" with a recipe as soon as there is a whole one.
  constructor({ ramps }) {
    super();
    this.ramps = ramps;
    this.names = element("datalist", { id: "band-names" });
    this.source = element("div", { class: "recipe-source" });
    this.channels = element("div", { class: "channels" });
    this.legend = element("div", { class: "ramp-legend", hidden: true });
    this.root = element("div", { class: "recipe" }, this.names, this.source, this.channels, this.legend);
  }

  // scene: of the item; bands: what its sensor calls them
  show(recipe, scene, bands) {
    this.draft = draftOf(recipe);
    this.scene = scene;
    this.names.replaceChildren(...bands.map(({ name, title }) => element("option", { value: name }, title ?? "")));
    this.#draw();
  }

  // What `histogram/` says of the recipe
  tell(channels) {
    this.#drawLegend(channels[0]);
    if (this.channels.contains(document.activeElement)) return; // an end that is being moved keeps the keys
    const charts = channels.map((channel, at) => {
      const chart = new Histogram(channel);
      chart.on("ends", (ends) => this.#byHand(channels, at, ends));
      return chart;
    });
    this.channels.replaceChildren(...charts.map(({ root }) => root));
  }

  #byHand(channels, at, ends) {
    channels[at].ends = [...ends];
    this.#set({ way: "ends", ends: channels.map((channel) => channel.ends) });
    this.#draw();
  }

  #set(change) {
    Object.assign(this.draft, change);
    const recipe = recipeOf(this.draft);
    if (recipe) this.fire("change", recipe);
  }

  #draw() {
    const { draft } = this;
    const redraw = (name) => (value) => {
      this.#set({ [name]: value });
      this.#draw();
    };
    const single = draft.source === "expression" || draft.source === "shade";
    const ramps = Object.fromEntries(this.ramps.map(({ name, title }) => [name, title]));
    const sources = Object.fromEntries(Object.entries(SOURCES).filter(([name]) => this.#offers(name)));
    const rows = [
      choice("Numbers", sources, draft.source, redraw("source")),
      ...this.#inputs(),
      single && choice("Colours", { "": "Grey", ...ramps }, draft.ramp, redraw("ramp")),
      choice("Contrast", WAYS, draft.way, redraw("way")),
      !["stored", "ends"].includes(draft.way) && choice("of", PLACES, draft.of, redraw("of")),
      this.#gamma(),
      choice("Filter", { "": "None", lee: "Speckle (Lee)" }, draft.filter, redraw("filter")),
      this.scene.modality === "sar" && this.#decibels(),
    ];
    this.source.replaceChildren(...rows.filter(Boolean));
  }

  #offers(source) {
    if (source === "shade") return ["elevation", "points"].includes(this.scene.modality);
    return source !== "composite" || this.scene.composites.length > 0;
  }

  #inputs() {
    const { draft, scene } = this;
    const composites = Object.fromEntries(scene.composites.map(({ name, title }) => [name, title]));
    if (draft.source === "composite") {
      draft.composite ||= scene.composites[0]?.name ?? "";
      return [choice("Bands", composites, draft.composite, (composite) => this.#set({ composite }))];
    }
    if (draft.source === "components") {
      return [choice("Which", COMPONENTS, draft.components, (components) => this.#set({ components }))];
    }
    if (draft.source === "shade") return [choice("Which", SHADES, draft.shade, (shade) => this.#set({ shade }))];
    if (draft.source === "expression") {
      return [band("Band or arithmetic", draft.expression, (expression) => this.#set({ expression }))];
    }
    const put = (at) => (text) => this.#set({ bands: draft.bands.with(at, text) });
    return ["Red", "Green", "Blue"].map((title, at) => band(title, draft.bands[at], put(at)));
  }

  #gamma() {
    const input = element("input", { type: "range", min: "0.3", max: "3", step: "0.1", value: this.draft.gamma });
    input.addEventListener("change", () => this.#set({ gamma: Number(input.value) }));
    return element("label", { class: "line" }, element("span", {}, "Gamma"), input);
  }

  #decibels() {
    const input = element("input", { type: "checkbox", checked: this.draft.decibels });
    input.addEventListener("change", () => this.#set({ decibels: input.checked }));
    return element("label", { class: "line" }, element("span", {}, "In dB"), input);
  }

  #drawLegend(channel) {
    const ramp = this.ramps.find(({ name }) => name === this.draft.ramp);
    this.legend.hidden = !ramp || !channel;
    if (this.legend.hidden) return;
    const strip = element("i", { style: { background: `linear-gradient(90deg, ${ramp.colours.join(", ")})` } });
    const [low, high] = channel.ends.map((end) => Number(end.toPrecision(3)));
    this.legend.replaceChildren(String(low), strip, `${high} ${channel.unit}`);
  }
}

function choice(title, options, value, change) {
  const select = element("select", {});
  select.append(...Object.entries(options).map(([name, text]) => element("option", { value: name }, text)));
  select.value = value;
  select.addEventListener("change", () => change(select.value));
  return element("label", { class: "line" }, element("span", {}, title), select);
}

function band(title, value, change) {
  const input = element("input", { type: "text", value, list: "band-names", maxlength: 400, autocomplete: "off" });
  input.setAttribute("placeholder", title === "Band or arithmetic" ? "(nir - red) / (nir + red)" : title.toLowerCase());
  input.addEventListener("change", () => change(input.value));
  return element("label", { class: "line" }, element("span", {}, title), input);
}
