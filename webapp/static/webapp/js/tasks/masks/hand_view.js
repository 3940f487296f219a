// What shows the hand on the easel: the brush, what is being drawn with its size on the ground, the tool and the class.
import { byId } from "../../lib/dom.js";
import { BrushLayer } from "../../map/brush_layer.js";
import { PreviewLayer } from "../../map/preview_layer.js";
import { UNLABELLED } from "../../state/mask.js";
import { areaText, lengthText } from "../../state/measure.js";
import { areaOf } from "../../state/shapes.js";
import { markTool } from "./tool_bar.js";

const NEAR = 9; // px of the screen that count as near

export class HandView {
  #ground = null;
  #shown = []; // what the sketch was drawn from

  constructor({ painter, view, colours, palette }) {
    Object.assign(this, { painter, view, colours, palette });
    this.brush = new BrushLayer(view);
    this.preview = new PreviewLayer(view);
    painter.on("change", () => this.#show());
    view.on("look", () => this.#scale());
  }

  load(mask, ground) {
    this.#ground = ground;
    this.brush.resize(mask);
    this.preview.resize(mask);
    this.#scale();
  }

  clear() {
    this.brush.show(null);
    this.preview.show(null);
    this.view.sketch(null);
    this.#shown = [];
  }

  // How large a pixel of the tile is on the screen
  #scale() {
    if (this.view.frame) this.painter.reach = NEAR / 2 ** this.view.frame[1];
  }

  #show() {
    const { active, code, diameter, cursor } = this.painter;
    this.brush.show(cursor, active.wide ? diameter : 1, active.inks && code ? this.#colourOf(code, " / 70%") : null);
    this.#showSketch(active);
    this.palette.mark(active.inks ? code : null);
    if (this.preview.show(active.preview, code ? this.#colourOf(code) : null)) {
      byId("tools").dataset.shown = String(active.preview?.pixels.reduce((sum, inside) => sum + inside, 0) ?? 0); // px
    }
    byId("size").value = String(this.painter.size);
    byId("size-text").textContent = active.sizeText ?? `${diameter} px`;
    byId("snap").setAttribute("aria-pressed", String(this.painter.snaps));
    markTool(active.name);
  }

  // Drawn anew only where something about it changed: there may be hundreds of shapes.
  #showSketch(active) {
    const { sketch } = active;
    const now = [active, this.painter.mask?.shapes, active.shape, active.corner, active.marked, sketch === null];
    const still = !sketch?.open && !this.painter.down && now.every((each, i) => each === this.#shown[i]);
    this.#shown = sketch && this.painter.down ? [] : now;
    if (!still) this.view.sketch(this.#drawing(sketch));
  }

  #drawing(sketch) {
    if (!sketch) return null;
    const { point, code } = this.painter;
    const last = sketch.open && point ? (sketch.ahead ?? [this.painter.snap(point)]) : [];
    const rings = sketch.rings.map((ring, i) => (i ? ring : [...ring, ...last]));
    const ink = sketch.code ?? (sketch.cut ? UNLABELLED : code);
    return { ...sketch, rings, colour: ink ? this.#colourOf(ink) : null, words: this.#words(rings, sketch) };
  }

  #words(rings, { closed, open }) {
    const [ring] = rings;
    if (!ring || ring.length < 2) return null;
    const whole = closed && ring.length > 2 && areaOf(rings) > 0;
    const line = open || !closed ? ring : [...ring, ring[0]];
    const text = [whole && areaText(rings, this.#ground), lengthText(line, this.#ground)].filter(Boolean).join(" · ");
    const { x, y } = ring.reduce((one, other) => (other.x > one.x ? other : one));
    return { x, y, text };
  }

  #colourOf(code, alpha = "") {
    const [red, green, blue] = new Uint8Array(this.colours.buffer, 4 * code, 3);
    return `rgb(${red} ${green} ${blue}${alpha})`;
  }
}
