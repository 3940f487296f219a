// The easel: the mask of the current tile, its layers, its draft, and how it is saved.
import { byId } from "../../lib/dom.js";
import { encodeGrey, toBase64 } from "../../lib/png.js";
import { MarksLayer } from "../../map/marks_layer.js";
import { MaskLayer } from "../../map/mask_layer.js";
import { Mask } from "../../state/mask.js";
import { Painter } from "../../state/painter.js";
import { fromRuns } from "../../state/runs.js";
import { fromSent, toSent } from "../../state/sent_shapes.js";
import { smoothPaint, smoothShape } from "../../state/smoothing.js";
import { toast } from "../../ui/toast.js";
import { addFind } from "../named/find_class.js";
import { Palette } from "../named/palette.js";
import { CloudLabels } from "./cloud_labels.js";
import { addPaintCommands } from "./commands.js";
import { Following } from "./following.js";
import { HandView } from "./hand_view.js";
import { LikenessShelf } from "./likeness/shelf.js";
import { Marking } from "./marking.js";
import { Teaching } from "./teaching.js";
import { showTools } from "./tool_bar.js";
import { TOOLS } from "./tools/index.js";

const OPACITIES = [0.5, 0.75, 1, 0, 0.25];
const AHEAD = 4; // tiles whose masks and looks are there before they are shown
const REMEMBERED = 30; // tiles whose strokes can still be undone
const NOTES = ["copied_from", "returns"]; // what a value has beside mask and shapes

export class Easel {
  painter = new Painter(TOOLS);
  #item = null;
  #worked = [];
  #looks = new LikenessShelf();
  locked = new Set(); // codes

  // The layers show the mask itself, the suggestion faintly under an empty one, and the brush.
  constructor(task, { commands, keys, keyOf, labelling, stage, shelf, drafts }) {
    Object.assign(this, { task, labelling, stage, shelf, drafts, colours: task.palette });
    this.layer = new MaskLayer(stage.view, task.palette, { opacity: OPACITIES[0] });
    this.ghost = new MaskLayer(stage.view, task.palette, { opacity: 0.3, className: "ghost" });
    this.marking = new Marking({ layer: new MarksLayer(stage.view), holder: byId("marks") });
    const choose = (code) => this.choose(code);
    const lock = (code) => this.lock(code);
    this.palette = new Palette(byId("classes"), { classes: task.inUse, keyOf, choose, lock });
    addFind(commands, task.inUse, choose);
    const { painter, palette, colours } = this;
    this.hand = new HandView({ painter, palette, colours, view: stage.view });
    this.teaching = new Teaching(this);
    this.following = new Following(painter);
    showTools(byId("tools"), painter);
    this.clouds = new CloudLabels(this);
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
    this.painter.on("tell", (message) => toast(message));
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
    for (const { suggestion, mine, likeness_url: likeness } of items.slice(0, AHEAD)) {
      for (const { mask_url: address } of [suggestion, mine].filter((said) => said?.mask_url)) {
        this.shelf.mask(address).catch(() => {});
      }
      this.#looks.take(likeness).catch(() => {});
    }
  }

  // Take up the work on a sample where it was left.
  async load(item) {
    item.work ??= await this.#begin(item);
    if (this.labelling.current !== item) return;
    this.#item = item;
    this.#remember(item);
    this.layer.show(item.work);
    this.hand.load(item.work, item.ground);
    this.painter.load(item.work);
    byId("copy-date").hidden = !item.other_dates_url;
    byId("suggest").disabled = item.audit || !item.suggestion?.mask_url;
    this.marking.load(item, item.work);
    this.#showPixels();
    this.teaching.load(item);
    this.clouds.load(item, item.work);
    this.#look(item);
    await this.#showGhost(item);
  }

  // Give the hand what the tile looks like, as soon as that is known.
  async #look(item) {
    this.painter.looks = null;
    const looks = await this.#looks.take(item.likeness_url).catch((error) => ({ why: error.message }));
    if (this.#item !== item) return;
    this.painter.see(looks);
    this.teaching.look();
  }

  clear() {
    this.#item = null;
    this.layer.show(null);
    this.ghost.show(null);
    this.hand.clear();
    this.painter.looks = null;
    this.teaching.clear();
    this.clouds.clear();
    this.marking.clear();
  }

  // Take up a class: it answers the point that the model asks for, and is what the brush paints with.
  choose(code) {
    this.painter.lift();
    this.painter.choose(code);
    this.marking.answer(code);
  }

  // Keep all tools from painting over a class, or no longer.
  lock(code) {
    if (!code) return;
    if (!this.locked.delete(code)) this.locked.add(code);
    this.palette.lock(this.locked);
  }

  // Even out the chosen shape, or the edges of what is painted.
  smooth() {
    const { mask, painter } = this;
    if (!mask) return;
    painter.lift();
    const at = painter.active.shape ? mask.shapes.indexOf(painter.active.shape) : -1;
    const changed = at < 0 ? smoothPaint(mask) : smoothShape(mask, at);
    if (!changed) toast("Nothing to smooth: the edges of the paint are even.");
    painter.changed();
  }

  toggleSnapping() {
    this.painter.snaps = !this.painter.snaps;
    toast(this.painter.snaps ? "Corners snap to shapes and to the tile's border." : "Corners stay where you set them.");
    this.painter.changed();
  }

  // Start from what the model suggests; what is painted already stays.
  async takeSuggestion() {
    if (this.teaching.take()) return;
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
    const shapes = mask.shapes.map(toSent);
    const png = encodeGrey(mask.pixels.slice(), mask.width, mask.height).then(toBase64);
    const value = png.then((text) => ({ mask: text, ...(shapes.length ? { shapes } : {}), ...mask.notes }));
    this.labelling.answer({ value });
  }

  async #begin(item) {
    const side = item.tile_px;
    const draft = this.drafts.load(item);
    let pixels = draft === null ? null : fromRuns(draft.runs ?? draft, side * side);
    let [shapes, notes] = pixels ? [draft.shapes ?? [], draft.notes ?? {}] : [[], {}];
    if (!pixels && item.mine?.mask_url) {
      pixels = (await this.shelf.mask(item.mine.mask_url)).pixels;
      shapes = (item.mine.value?.shapes ?? []).map(fromSent);
      notes = notesOf(item.mine.value ?? {});
    }
    const mask = new Mask(side, side, pixels, shapes, notes);
    mask.locked = this.locked;
    mask.on("step", () => this.#item === item && this.teaching.learn());
    mask.on("change", (box) => this.#showPixels(mask, box));
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

  // Show the pixels, all of them or those of a box that changed.
  #showPixels(changed = null, box = null) {
    const { mask } = this;
    if (!mask || (changed && changed !== mask)) return;
    this.layer.redraw(box ?? [0, 0, mask.width, mask.height]);
    const counts = mask.counts();
    const unlabelled = counts.get(0) ?? 0;
    this.palette.tell(counts, mask.pixels.length);
    byId("unlabelled").textContent = `${mask.pixels.length - unlabelled} of ${mask.pixels.length} pixels labelled`;
    if (unlabelled < mask.pixels.length) this.ghost.show(null);
    else if (!this.ghost.shown) this.#showGhost(this.#item);
  }
}

const notesOf = (value) => Object.fromEntries(NOTES.flatMap((name) => (value[name] ? [[name, value[name]]] : [])));
