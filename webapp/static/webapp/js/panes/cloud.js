// A pane with the laser returns of a tile from above, by height, intensity or class, and their profile along a line.
import { element } from "../lib/dom.js";
import { Emitter } from "../lib/events.js";
import { TileView } from "../map/tile_view.js";
import { given } from "../state/given_classes.js";
import { bytesOf, fromBelow, paintReturns } from "../state/returns.js";
import { returnsOf } from "./cloud_shelf.js";
import { imageOf } from "./drawn.js";
import { drawLegend } from "./legend.js";
import { Profile } from "./profile.js";

const SIDE = 1280; // px of what is drawn, about
const GROUND = bytesOf("#12171d");
const [LEAST, MOST] = [1, 9]; // px of a point

export class CloudPane extends Emitter {
  #wanted = null;
  #gone = new AbortController();
  #shown = null; // { returns, colours, item, scene, view }

  constructor(holder, { paintable = false }) {
    super();
    holder.setAttribute("role", "group"); // it holds controls
    this.map = element("div", { class: "cloud-map" });
    this.root = element("div", { class: "cloud" }, this.map);
    holder.append(this.root);
    this.view = new TileView(this.map, { paintable });
    this.view.on("hover", (point) => this.fire("hover", point));
    this.legend = element("div", { class: "cloud-legend", hidden: true });
    this.note = element("p", { class: "pane-note", role: "status", hidden: true });
    this.button = element("button", { type: "button", class: "cloud-tool", "aria-pressed": "false" }, "Profile");
    this.tools = element("div", { class: "cloud-tools" }, this.button, this.legend);
    this.profile = new Profile(this.view, { paintable });
    this.profile.on("hover", (point) => {
      this.cursor(point);
      this.fire("hover", point);
    });
    this.button.addEventListener("click", () => this.#toggle());
    this.root.append(this.profile.root, this.tools, this.note);
    given.on("change", this.#paint, { signal: this.#gone.signal });
  }

  // Somebody gave its returns a class.
  #paint = (sample) => {
    if (this.#shown?.item.sample === sample) this.show(this.#shown.item, this.#shown);
  };

  static prefetch(item, { scene }) {
    returnsOf(item, scene).catch(() => {});
  }

  async show(item, { scene, view }) {
    const wanted = { item };
    this.#wanted = wanted;
    const [returns, error] = await returnsOf(item, scene).then(
      (told) => [told, null],
      (fault) => [null, fault],
    );
    if (error?.passing) throw error;
    const painted = returns && given.over(paintReturns(returns, lookOf(view)), item.sample, scene.id);
    const image = await imageOf(returns ? drawReturns(returns, painted.colours, item.tile_px) : blank());
    if (this.#wanted !== wanted) return false;
    this.view.show(image, { size: item.tile_px, margin: 0 });
    this.#say(error ? error.message : returns.count ? "" : "No laser return lies in this tile.");
    if (returns) drawLegend(this.legend, painted.legend, returns);
    else this.legend.hidden = true;
    this.button.hidden = !returns?.count;
    this.#shown = returns?.count ? { returns, colours: painted.colours, item, scene, view } : null;
    this.profile.show(this.#shown);
    return true;
  }

  clear() {
    this.#wanted = this.#shown = null;
    this.view.clear();
    this.profile.show(null);
    this.legend.hidden = true;
    this.button.hidden = true;
    this.#say("");
  }

  cursor(point) {
    this.view.cursor(point);
    this.profile.cursor(point);
  }

  remove() {
    this.#gone.abort();
    this.profile.remove();
    this.view.remove();
  }

  #toggle() {
    const open = this.button.getAttribute("aria-pressed") !== "true";
    this.button.setAttribute("aria-pressed", String(open));
    this.profile.open(open);
  }

  #say(text) {
    this.note.textContent = text;
    this.note.hidden = !text;
  }
}

// "points:height" -> "height"
export function lookOf(view) {
  return String(view?.view ?? "").split(":")[1] ?? "height";
}

function blank() {
  return Object.assign(document.createElement("canvas"), { width: 8, height: 8 });
}

// Points as squares, about as large as there is room between them.
function drawReturns(returns, colours, tilePx) {
  const scale = Math.max(1, Math.round(SIDE / tilePx));
  const side = tilePx * scale;
  const size = Math.round(Math.min(MOST, Math.max(LEAST, (1.2 * side) / Math.sqrt(Math.max(1, returns.count)))));
  const canvas = Object.assign(document.createElement("canvas"), { width: side, height: side });
  const context = canvas.getContext("2d");
  const image = context.createImageData(side, side);
  const pixels = new Uint32Array(image.data.buffer);
  pixels.fill(packed(...GROUND));
  for (const at of fromBelow(returns)) {
    const colour = packed(colours[3 * at], colours[3 * at + 1], colours[3 * at + 2]);
    const left = Math.max(0, Math.round(returns.x[at] * scale - size / 2));
    const top = Math.max(0, Math.round(returns.y[at] * scale - size / 2));
    const [right, bottom] = [Math.min(side, left + size), Math.min(side, top + size)];
    for (let y = top; y < bottom; y += 1) pixels.fill(colour, y * side + left, y * side + right);
  }
  context.putImageData(image, 0, 0);
  return canvas;
}

function packed(red, green, blue) {
  return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}
