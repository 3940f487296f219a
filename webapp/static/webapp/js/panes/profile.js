// The profile of a cloud along a line that is drawn over the tile: distance to the right, height upwards.
import { Polyline } from "leaflet";
import { element } from "../lib/dom.js";
import { Emitter } from "../lib/events.js";
import { given } from "../state/given_classes.js";
import { cutAlong, stripWidth } from "../state/returns.js";

const loadLasso = () => import("./profile_lasso.js");
const EDGE = { left: 44, right: 10, top: 8, bottom: 20 };
const TURN = Math.PI / 24;
const TICKS = 4;

export class Profile extends Emitter {
  #shown = null;
  #line = null; // [{ x, y }, { x, y }] in px of the tile
  #cut = null;
  #frame = null; // { low, high }
  #point = null;
  #said = ""; // what became of the newest lasso in it
  #lasso = null; // what a task may draw around returns with, loaded when it is first opened
  #gone = new AbortController();
  over = () => {}; // draws something on top
  #trace = new Polyline([], { className: "tile-sketch", interactive: false });

  constructor(view, { paintable }) {
    super();
    Object.assign(this, { view, paintable });
    this.canvas = element("canvas", { tabindex: "0", role: "img", "aria-label": "Height profile" });
    this.about = element("p", { class: "cloud-about", role: "status" });
    this.root = element("div", { class: "cloud-profile", hidden: true }, this.canvas, this.about);
    this.#trace.addTo(view.map);
    this.sizes = new ResizeObserver(() => this.#draw());
    this.sizes.observe(this.canvas);
    this.canvas.addEventListener("keydown", (event) => this.#key(event));
    this.canvas.addEventListener("pointermove", (event) => this.fire("hover", this.#placeOf(event)));
    this.canvas.addEventListener("pointerleave", () => this.fire("hover", null));
    const { signal } = this.#gone;
    given.on("taker", () => this.#lookAt(this.#line), { signal });
    given.on("said", (text) => this.#tell(text), { signal });
    this.#drawable();
  }

  show(shown) {
    if (shown?.returns !== this.#shown?.returns) [this.#line, this.#said] = [null, ""];
    this.#shown = shown;
    this.#update();
  }

  #tell(text) {
    this.#said = text;
    this.#update();
  }

  #lookAt(line) {
    this.#line = line;
    this.#tell("");
  }

  open(open) {
    this.root.hidden = !open;
    if (open && this.paintable) {
      this.#lasso ??= loadLasso().then(({ ProfileLasso }) => new ProfileLasso(this));
    }
    if (!this.paintable) this.view.map.dragging[open ? "disable" : "enable"]();
    this.#update();
  }

  cursor(point) {
    this.#point = point;
    this.#draw();
  }

  // What it shows, and the returns near its line; null where there is nothing
  get strip() {
    return this.#cut && this.#frame && this.#shown ? { ...this.#shown, line: this.#line, cut: this.#cut } : null;
  }

  // Where on the canvas something lies, and back: m along the line, and height
  toCanvas([along, z]) {
    return this.#toCanvas(along, z, this.canvas.clientWidth, this.canvas.clientHeight);
  }

  fromCanvas([x, y]) {
    const { low, high: top } = this.#frame;
    const [wide, high] = [this.canvas.clientWidth, this.canvas.clientHeight];
    const along = ((x - EDGE.left) / (wide - EDGE.left - EDGE.right)) * this.#cut.length;
    return [along, low + ((high - EDGE.bottom - y) / (high - EDGE.top - EDGE.bottom)) * (top - low)];
  }

  redraw() {
    this.#draw();
  }

  remove() {
    this.#gone.abort();
    this.sizes.disconnect();
  }

  // A line is drawn with the left button; where a task paints with that, with Shift and the other one.
  #drawable() {
    const container = this.view.map.getContainer();
    const placeOf = (event) => {
      const { lat, lng } = this.view.map.mouseEventToLatLng(event);
      return { x: lng, y: -lat };
    };
    let from = null;
    container.addEventListener(
      "pointerdown",
      (event) => {
        if (this.root.hidden || !this.#shown || event.button !== 0 || (this.paintable && !event.shiftKey)) return;
        from = placeOf(event);
        container.setPointerCapture(event.pointerId);
        event.stopImmediatePropagation();
      },
      { capture: true },
    );
    container.addEventListener("pointermove", (event) => {
      if (!from) return;
      this.#lookAt([from, placeOf(event)]);
    });
    for (const type of ["pointerup", "pointercancel"]) container.addEventListener(type, () => (from = null));
  }

  #update() {
    if (this.root.hidden || !this.#shown) {
      this.#trace.setLatLngs([]);
      return;
    }
    const { returns, item } = this.#shown;
    this.#line ??= [
      { x: 0, y: item.tile_px / 2 },
      { x: item.tile_px, y: item.tile_px / 2 },
    ];
    this.#trace.setLatLngs(this.#line.map(({ x, y }) => [-y, x]));
    this.#cut = cutAlong(returns, this.#line, stripWidth(returns, item.tile_px));
    const heights = this.#cut.points.map((at) => returns.z[at]);
    const [low, high] = heights.reduce(
      ([least, most], z) => [Math.min(least, z), Math.max(most, z)],
      [Infinity, -Infinity],
    );
    this.#frame = heights.length ? { low, high: Math.max(high, low + 1) } : null;
    const { length, points, width } = this.#cut;
    const extent = heights.length ? `, ${low.toFixed(1)} to ${high.toFixed(1)} m` : "";
    const told = `${length.toFixed(0)} m long, ${width.toFixed(1)} m wide, ${points.length.toLocaleString("en")} returns${extent}`;
    const how = given.taker ? "Draw around returns here" : "Draw another line on the tile";
    const hand = this.paintable && !given.taker ? " with Shift" : "";
    const where = `${told}. ${how}${hand}, or move ${given.taker ? "the line" : "it"} with the arrow keys.`;
    this.about.textContent = this.#said || where;
    this.canvas.setAttribute("aria-label", `Height profile: ${told}`);
    this.#draw();
  }

  #draw() {
    if (this.root.hidden || !this.#cut || !this.#shown) return;
    const { canvas } = this;
    const ratio = globalThis.devicePixelRatio || 1;
    const [wide, high] = [canvas.clientWidth, canvas.clientHeight];
    Object.assign(canvas, { width: wide * ratio, height: high * ratio });
    const context = canvas.getContext("2d");
    context.scale(ratio, ratio);
    const ink = getComputedStyle(canvas).color;
    this.#axes(context, ink, wide, high);
    if (!this.#frame) return;
    const { colours } = this.#shown;
    for (const [at, number] of this.#cut.points.entries()) {
      const [x, y] = this.#toCanvas(this.#cut.along[at], this.#shown.returns.z[number], wide, high);
      context.fillStyle = `rgb(${colours[3 * number]}, ${colours[3 * number + 1]}, ${colours[3 * number + 2]})`;
      context.fillRect(x - 1, y - 1, 2, 2);
    }
    this.#mark(context, ink, wide, high);
    this.over(context);
  }

  #toCanvas(along, z, wide, high) {
    const { low, high: top } = this.#frame ?? { low: 0, high: 1 };
    const x = EDGE.left + (along / Math.max(this.#cut.length, 1e-6)) * (wide - EDGE.left - EDGE.right);
    return [x, high - EDGE.bottom - ((z - low) / (top - low)) * (high - EDGE.top - EDGE.bottom)];
  }

  #axes(context, ink, wide, high) {
    context.font = "11px system-ui, sans-serif";
    context.fillStyle = ink;
    context.strokeStyle = ink;
    context.globalAlpha = 0.25;
    context.strokeRect(EDGE.left, EDGE.top, wide - EDGE.left - EDGE.right, high - EDGE.top - EDGE.bottom);
    context.globalAlpha = 1;
    const { low, high: top } = this.#frame ?? { low: 0, high: 1 };
    for (let tick = 0; tick <= TICKS; tick += 1) {
      const share = tick / TICKS;
      const [x, y] = this.#toCanvas(share * this.#cut.length, low + share * (top - low), wide, high);
      context.textAlign = "right";
      if (this.#frame && tick % 2 === 0) context.fillText((low + share * (top - low)).toFixed(1), EDGE.left - 4, y + 4);
      context.textAlign = tick === TICKS ? "right" : "center";
      context.fillText(`${(share * this.#cut.length).toFixed(0)}${tick === TICKS ? " m" : ""}`, x, high - 6);
    }
  }

  // Where the cursor is nearest to the line.
  #mark(context, ink, wide, high) {
    if (!this.#point) return;
    const [from, to] = this.#line;
    const [dx, dy] = [to.x - from.x, to.y - from.y];
    const share = ((this.#point.x - from.x) * dx + (this.#point.y - from.y) * dy) / (dx * dx + dy * dy || 1);
    if (share < 0 || share > 1) return;
    const [x] = this.#toCanvas(share * this.#cut.length, 0, wide, high);
    context.fillStyle = ink;
    context.fillRect(x - 0.5, EDGE.top, 1, high - EDGE.top - EDGE.bottom);
  }

  #placeOf(event) {
    if (!this.#line) return null;
    const share = (event.offsetX - EDGE.left) / (this.canvas.clientWidth - EDGE.left - EDGE.right);
    if (share < 0 || share > 1) return null;
    const [from, to] = this.#line;
    return { x: from.x + share * (to.x - from.x), y: from.y + share * (to.y - from.y) };
  }

  // Left and right turn the line, up and down move it.
  #key(event) {
    const turn = { ArrowLeft: -TURN, ArrowRight: TURN }[event.key];
    const move = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!this.#shown || !this.#line || (turn === undefined && move === undefined)) return;
    event.preventDefault();
    event.stopPropagation();
    const [from, to] = this.#line;
    const middle = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
    const step = ((move ?? 0) * this.#shown.item.tile_px) / 32;
    const angle = Math.atan2(to.y - from.y, to.x - from.x) + (turn ?? 0);
    const half = Math.hypot(to.x - from.x, to.y - from.y) / 2;
    const [ax, ay] = [Math.cos(angle) * half, Math.sin(angle) * half];
    const [ox, oy] = half ? [-Math.sin(angle) * step, Math.cos(angle) * step] : [0, step];
    this.#lookAt([-1, 1].map((sign) => ({ x: middle.x + sign * ax + ox, y: middle.y + sign * ay + oy })));
  }
}
