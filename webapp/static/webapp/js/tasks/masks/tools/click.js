// The click: the shape of a thing is shown under the pointer, clicks on it and beside it make it right.
import { refine } from "../likeness/refine.js";
import { SHAPE, shapeOf } from "../likeness/shape.js";
import { indicesOf, Looker } from "./looker.js";

const USUAL = 8; // of the size slider: shapes as they are found
const REMEMBERED = 9; // sizes of shapes of a class

export class Click extends Looker {
  name = "click";
  label = "Click";
  title = "Click on a thing; Alt+click or Delete takes away, Enter or a double click keeps the shape";
  combo = "q";
  size = USUAL;
  #clicks = []; // { piece, positive, x, y }
  #sizes = new Map(); // code -> areas in px

  get sizeText() {
    return `× ${(this.size / USUAL).toFixed(2).replace(/\.?0+$/, "")}`;
  }

  start(_point, event) {
    if (!this.refuses()) this.#add(!event?.altKey);
  }

  hover(_point, event) {
    const index = this.index;
    if (index < 0) {
      this.#show(this.#clicks);
      return;
    }
    const within = this.#clicks.length && this.preview?.settled?.[index];
    const more = event?.altKey || !within ? [this.#clickAt(index, !event?.altKey)] : [];
    this.#show([...this.#clicks, ...more]);
  }

  leave() {
    this.#show(this.#clicks);
  }

  wants(key) {
    return ["Enter", "Escape", "DoubleClick", "Delete"].includes(key) && this.#clicks.length > 0;
  }

  key({ key }) {
    if (key === "Delete") {
      if (this.index >= 0) this.#add(false);
      return;
    }
    if (key === "DoubleClick") this.back(); // its second click has set one too many
    if (key !== "Escape") this.#keep();
    this.cancel();
  }

  back() {
    if (!this.#clicks.length) return false;
    this.#clicks = this.#clicks.slice(0, -1);
    this.#show(this.#clicks);
    this.hand.changed();
    return true;
  }

  cancel() {
    this.#clicks = [];
    this.preview = null;
  }

  // What its dots are drawn from: another one where they are others
  get marked() {
    return this.#clicks;
  }

  get sketch() {
    const dots = this.#clicks.map(({ x, y, positive }) => ({ x, y, current: positive }));
    return dots.length ? { rings: [], dots, outlines: [] } : null;
  }

  #add(positive) {
    this.#clicks = [...this.#clicks, this.#clickAt(this.index, positive)];
    this.#show(this.#clicks);
  }

  #clickAt(index, positive) {
    const { x, y } = this.hand.cursor;
    return { piece: this.looks.levels[0].labels[index], positive, x: x + 0.5, y: y + 0.5 };
  }

  #show(clicks) {
    const some = this.looks && clicks.some(({ positive }) => positive);
    const settled = clicks === this.#clicks ? null : this.preview?.settled;
    this.preview = some ? { pixels: this.#pixels(clicks) } : null;
    if (this.preview) this.preview.settled = settled ?? this.preview.pixels;
  }

  #pixels(clicks) {
    const { levels, graph, likeness } = this.looks;
    const factor = this.size / USUAL;
    const options = { ...SHAPE, expected: this.#usual() * factor };
    let inside = shapeOf(graph, clicks, options);
    if (!options.expected && factor !== 1) {
      const area = inside.reduce((sum, is, piece) => sum + is * graph.areas[piece], 0);
      inside = shapeOf(graph, clicks, { ...options, expected: area * factor });
    }
    const whole = Uint8Array.from(levels[0].labels, (piece) => (piece < 0 ? 0 : inside[piece]));
    return refine(likeness, whole, clicks);
  }

  // How large the newest shapes of the class were, in px; 0 before the first one
  #usual() {
    const areas = this.#sizes.get(this.hand.code) ?? [];
    return [...areas].sort((one, other) => one - other)[areas.length >> 1] ?? 0;
  }

  #keep() {
    this.#show(this.#clicks);
    if (!this.preview || this.ink === null) return;
    const indices = indicesOf(this.preview.pixels);
    this.hand.mask.fillPixels(indices, this.ink);
    const areas = [...(this.#sizes.get(this.ink) ?? []), indices.length];
    this.#sizes.set(this.ink, areas.slice(-REMEMBERED));
  }
}
