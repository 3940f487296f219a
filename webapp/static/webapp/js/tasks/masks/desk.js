// The easel: the mask of the current tile, its layers, its draft, and how it is saved.
import { byId } from "../../lib/dom.js";
import { encodeGrey, toBase64 } from "../../lib/png.js";
import { BrushLayer } from "../../map/brush_layer.js";
import { MarksLayer } from "../../map/marks_layer.js";
import { MaskLayer } from "../../map/mask_layer.js";
import { Mask } from "../../state/mask.js";
import { Painter } from "../../state/painter.js";
import { fromRuns } from "../../state/runs.js";
import { toast } from "../../ui/toast.js";
import { Palette } from "../named/palette.js";
import { addPaintCommands } from "./commands.js";
import { Marking } from "./marking.js";
import { markTool, showTools } from "./tool_bar.js";
import { TOOLS } from "./tools/index.js";

const OPACITIES = [0.5, 0.75, 1, 0, 0.25];
const REMEMBERED = 30; // tiles whose strokes can still be undone

export class Easel {
  painter = new Painter(TOOLS);
  #item = null;
  #worked = [];

  // The layers show the mask itself, the suggestion faintly under an empty one, and the brush.
  constructor(task, { commands, keys, keyOf, labelling, stage, shelf, drafts }) {
    Object.assign(this, { labelling, stage, shelf, drafts, colours: task.palette });
    this.layer = new MaskLayer(stage.view, task.palette, { opacity: OPACITIES[0] });
    this.ghost = new MaskLayer(stage.view, task.palette, { opacity: 0.3, className: "ghost" });
    this.brush = new BrushLayer(stage.view);
    this.marking = new Marking({ layer: new MarksLayer(stage.view), holder: byId("marks") });
    const choose = (code) => this.choose(code);
    this.palette = new Palette(byId("classes"), { classes: task.inUse, keyOf, choose });
    showTools(byId("tools"), this.painter);
    this.#listen();
    addPaintCommands(commands, this, labelling);
    for (const { code, name, definition } of task.inUse) {
      const about = { group: "Classes", about: definition };
      if (keyOf.get(code)) keys.bind(keyOf.get(code), name, () => choose(code), about);
    }
    this.choose(task.inUse[0]?.code ?? 0);
  }

  #listen() {
    const { view } = this.stage;
    this.painter.on("change", () => this.#showPainter());
    for (const type of ["press", "drag"]) {
      view.on(type, ({ x, y, event }) => this.#item && this.painter[type]({ x, y }, event));
    }
    view.on("lift", ({ event }) => this.painter.lift(event));
    view.on("leave", () => this.painter.leave());
    view.on("close", () => this.painter.key({ key: "DoubleClick" }));
  }

  get mask() {
    return this.#item?.work ?? null;
  }

  // Have the masks of the next tiles ready.
  prefetch(items) {
    for (const { suggestion, mine } of items) {
      for (const { mask_url: address } of [suggestion, mine].filter((said) => said?.mask_url)) {
        this.shelf.mask(address).catch(() => {});
      }
    }
  }

  // Take up the work on a sample where it was left.
  async load(item) {
    item.work ??= await this.#begin(item);
    if (this.labelling.current !== item) return;
    this.#item = item;
    this.#remember(item);
    this.layer.show(item.work);
    this.brush.resize(item.work);
    this.painter.load(item.work);
    this.marking.load(item, item.work);
    this.#showPixels();
    await this.#showGhost(item);
  }

  clear() {
    this.#item = null;
    this.layer.show(null);
    this.ghost.show(null);
    this.brush.show(null);
    this.marking.clear();
  }

  // Take up a class: it answers the point that the model asks for, and is what the brush paints with.
  choose(code) {
    this.painter.lift();
    this.painter.choose(code);
    this.marking.answer(code);
  }

  // Start from what the model suggests; what is painted already stays.
  async takeSuggestion() {
    const address = this.#item?.suggestion?.mask_url;
    if (!address) {
      toast(
        this.#item?.audit ? "An audit is labelled without the model's help." : "There is no suggestion for this tile.",
      );
      return;
    }
    const item = this.#item;
    const { pixels } = await this.shelf.mask(address);
    item.work.take(pixels);
  }

  fade(opacity) {
    this.layer.fade(opacity);
    byId("opacity").value = String(Math.round(100 * opacity));
  }

  cycleOpacity() {
    this.fade(OPACITIES[(OPACITIES.indexOf(this.layer.opacity) + 1) % OPACITIES.length]);
  }

  undo() {
    return this.painter.back() || this.mask?.undo();
  }

  save() {
    const { mask } = this;
    if (!mask) return;
    this.painter.lift();
    if (mask.empty) {
      toast("Nothing is painted yet. Paint something, take the suggestion, or skip the tile.");
      return;
    }
    const png = encodeGrey(Uint8Array.from(mask.pixels), mask.width, mask.height).then(toBase64);
    this.labelling.answer({ value: png.then((text) => ({ mask: text })) });
  }

  async #begin(item) {
    const side = item.tile_px;
    const draft = this.drafts.load(item);
    let pixels = draft === null ? null : fromRuns(draft, side * side);
    if (!pixels && item.mine?.mask_url) pixels = (await this.shelf.mask(item.mine.mask_url)).pixels;
    const mask = new Mask(side, side, pixels);
    mask.on("change", () => this.#showPixels());
    return this.drafts.follow(item, mask);
  }

  // Strokes of tiles long past are forgotten; their masks come from the server again.
  #remember(item) {
    this.#worked = [...this.#worked.filter((each) => each !== item), item];
    const old = this.#worked.slice(0, -REMEMBERED).filter(({ mine }) => mine?.mask_url);
    for (const each of old) {
      delete each.work;
      delete each.asked;
    }
    this.#worked = this.#worked.filter((each) => !old.includes(each));
  }

  async #showGhost(item) {
    const address = item.audit ? null : item.suggestion?.mask_url;
    const image = address ? await this.shelf.mask(address).catch(() => null) : null;
    if (this.#item === item) this.ghost.show(item.work.empty ? image : null);
  }

  #showPixels() {
    this.layer.redraw();
    const { mask } = this;
    if (!mask) return;
    const counts = mask.counts();
    const unlabelled = counts.get(0) ?? 0;
    this.palette.tell(counts, mask.pixels.length);
    byId("unlabelled").textContent = `${mask.pixels.length - unlabelled} of ${mask.pixels.length} pixels labelled`;
    if (unlabelled < mask.pixels.length) this.ghost.show(null);
    else if (!this.ghost.shown) this.#showGhost(this.#item);
  }

  #showPainter() {
    const { active, code, diameter, cursor, point } = this.painter;
    const [red, green, blue] = new Uint8Array(this.colours.buffer, 4 * code, 3);
    const colour = active.inks && code ? `rgb(${red} ${green} ${blue} / 70%)` : null;
    this.brush.show(cursor, active.wide ? diameter : 1, colour);
    const { points = [], open } = active.sketch ?? {};
    this.stage.view.sketch(points, open && cursor ? point : null);
    this.palette.mark(active.inks ? code : null);
    byId("size").value = String(diameter);
    byId("size-text").textContent = `${diameter} px`;
    markTool(active.name);
  }
}
