// A pane with the laser returns of a tile in three dimensions; what draws them is loaded when it is first opened.
import { element } from "../lib/dom.js";
import { Emitter } from "../lib/events.js";
import { recall, remember } from "../lib/memory.js";
import { given } from "../state/given_classes.js";
import { LOOKS, paintReturns } from "../state/returns.js";
import { returnsOf } from "./cloud_shelf.js";
import { drawLegend } from "./legend.js";

const HEIGHTS = [1, 2, 3, 5, 10];
const HELP =
  "Arrow keys turn, plus and minus come closer and go away, R looks from the start. Drag to turn, with Shift to move.";
const MEMORY = "cloud3d";

export class Cloud3dPane extends Emitter {
  #wanted = null;
  #gone = new AbortController();
  #scene = null;
  #shown = null;

  constructor(holder) {
    super();
    this.kept = { look: LOOKS.height, times: 1, ...recall(MEMORY) };
    this.canvas = element("canvas", { class: "cloud-canvas", tabindex: "0", "aria-label": `Points in 3-D. ${HELP}` });
    this.look = choice("Colour", Object.values(LOOKS), this.kept.look, (look) => this.#keep({ look }));
    this.times = choice(
      "Exaggerate",
      HEIGHTS.map(String),
      String(this.kept.times),
      (times) => this.#keep({ times: Number(times) }),
      (text) => `× ${text}`,
    );
    this.again = element(
      "button",
      { type: "button", class: "cloud-tool", onclick: () => this.#scene?.reset() },
      "Reset",
    );
    this.legend = element("div", { class: "cloud-legend", hidden: true });
    this.note = element("p", { class: "pane-note", role: "status", hidden: true });
    const tools = element("div", { class: "cloud-tools" }, this.look, this.times, this.again, this.legend);
    const help = element("p", { class: "cloud-about" }, HELP);
    this.root = element("div", { class: "cloud-3d" }, this.canvas, tools, help, this.note);
    holder.setAttribute("role", "group"); // it holds controls
    holder.append(this.root);
    given.on("change", this.#paint, { signal: this.#gone.signal });
  }

  #paint = (sample) => this.#shown?.item.sample === sample && this.#draw({});

  static prefetch(item, { scene }) {
    returnsOf(item, scene).catch(() => {});
  }

  async show(item, { scene }) {
    const wanted = { item };
    this.#wanted = wanted;
    const [returns, error] = await returnsOf(item, scene).then(
      (told) => [told, null],
      (fault) => [null, fault],
    );
    if (error?.passing) throw error;
    const trouble = error?.message ?? (returns.count ? "" : "No laser return lies in this tile.");
    const ready = trouble || (await this.#open());
    if (this.#wanted !== wanted) return false;
    this.#say(ready);
    this.#shown = returns?.count && !ready ? { returns, item, scene } : null;
    this.legend.hidden = !this.#shown;
    this.#scene?.clear();
    if (this.#shown) this.#draw({ anew: true });
    return true;
  }

  clear() {
    this.#wanted = this.#shown = null;
    this.#scene?.clear();
    this.legend.hidden = true;
    this.#say("");
  }

  cursor(point) {
    if (this.#shown) this.#scene?.cursor(point);
  }

  remove() {
    this.#gone.abort();
    this.#scene?.remove();
    this.#scene = null;
  }

  // Make what draws; returns why it cannot be.
  async #open() {
    if (this.#scene) return "";
    try {
      const { CloudScene } = await import("./cloud_scene.js");
      this.#scene ??= new CloudScene(this.canvas);
      this.#scene.on("hover", (point) => this.fire("hover", point));
      return "";
    } catch {
      return "This browser cannot draw in three dimensions: WebGL is off, or the page lost its connection.";
    }
  }

  #keep(change) {
    Object.assign(this.kept, change);
    remember(MEMORY, this.kept);
    if (this.#shown) this.#draw({});
  }

  #draw({ anew = false }) {
    const { returns, item, scene } = this.#shown;
    const painted = paintReturns(returns, this.kept.look);
    const { colours, legend } = given.over(painted, item.sample, scene.id);
    drawLegend(this.legend, legend, returns);
    this.#scene.show(returns, { colours, tilePx: item.tile_px, times: this.kept.times, anew });
  }

  #say(text) {
    this.note.textContent = text;
    this.note.hidden = !text;
  }
}

function choice(title, values, chosen, change, told = (text) => text[0].toUpperCase() + text.slice(1)) {
  const options = values.map((value) => element("option", { value, selected: value === chosen }, told(value)));
  const list = element("select", { onchange: (event) => change(event.target.value) }, options);
  return element("label", { class: "cloud-choice" }, `${title} `, list);
}
