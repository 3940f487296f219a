// The labelling page's half of objects: what is drawn on the tile in all panes, its counts, its draft, and how it is saved.
import { byId } from "../../lib/dom.js";
import { count } from "../../lib/format.js";
import { toast } from "../../ui/toast.js";
import { addFind } from "../named/find_class.js";
import { Palette } from "../named/palette.js";
import { addObjectCommands } from "./commands.js";
import { Drawn } from "./drawn.js";
import { grown, halfTurn, moved, onTile } from "./geometry.js";
import { ObjectsLayer } from "./layer.js";
import { answerOf, firstThings, inUse } from "./value.js";

const FIRST_SHARE = 0.2; // of the tile's side, that a box made by key measures

export class ObjectDesk {
  #item = null;

  // Hand: what the pointer does
  constructor(task, { commands, keys, keyOf, labelling, stage, drafts }, Hand) {
    Object.assign(this, { task, labelling, drafts, code: task.inUse[0]?.code ?? 0 });
    this.layer = new ObjectsLayer(stage.view);
    this.hand = new Hand({ rotated: task.objects.rotated, scale: () => this.layer.scale });
    const choose = (code) => this.choose(code);
    this.palette = new Palette(byId("classes"), { classes: task.inUse, keyOf, choose });
    addFind(commands, task.inUse, choose);
    this.markOf = (code) => ({
      ...task.objects.markOf(code),
      sign: (keyOf.get(code) || task.objects.markOf(code).sign).toUpperCase(),
    });
    this.#listen(stage.view);
    addObjectCommands(commands, this, labelling);
    for (const { code, name, definition } of task.inUse) {
      const about = { group: "Classes", about: definition };
      if (keyOf.get(code)) keys.bind(keyOf.get(code), name, () => choose(code), about);
    }
    for (const node of document.querySelectorAll("[data-rotated]")) node.hidden = !task.objects.rotated;
    this.palette.mark(this.code);
  }

  #listen(view) {
    view.on("press", (point) => this.drawn && this.hand.press(this.drawn, point));
    view.on("drag", (point) => this.drawn && this.hand.drag(this.drawn, point));
    view.on("lift", () => this.hand.lift());
  }

  get drawn() {
    return this.#item?.work ?? null;
  }

  // What was drawn and not saved is as it was left when the tile comes up again, also after a reload.
  load(item) {
    this.hand.lift();
    this.#item = item;
    if (!item.work) {
      const { entry, threshold, codeOf } = this.task.objects;
      const things = firstThings(item, { entry, threshold, codeOf });
      const kept = this.drafts.load(item);
      const draft = kept && { ...kept, things: inUse(kept.things, codeOf) };
      item.work = new Drawn(things, { side: item.tile_px, code: this.code, draft });
      item.work.on("change", () => this.#item === item && this.show());
      this.drafts.follow(item, item.work);
    }
    item.work.code = this.code;
    this.layer.open(item.tile_px);
    this.show();
  }

  clear() {
    this.#item = null;
    this.layer.open(0);
  }

  prefetch() {}

  choose(code) {
    this.code = code;
    if (this.drawn) this.drawn.choose(code);
    else this.palette.mark(code);
  }

  // One at the centre; the keys do the rest.
  make() {
    const { side } = this.drawn;
    const [middle, sides] = [side / 2, Math.max(2, Math.round(side * FIRST_SHARE))];
    const box = this.task.objects.boxed ? { width: sides, height: sides, angle: 0 } : {};
    this.drawn.add({ x: middle, y: middle, ...box });
  }

  nudge(dx, dy) {
    const { x, y } = moved(this.drawn.current, dx, dy, this.drawn.side);
    this.drawn.alter({ x, y });
  }

  grow(across, down) {
    this.#place(grown(this.drawn.current, across, down));
  }

  turn(by) {
    const { current } = this.drawn;
    if (!current) return;
    this.#place({ ...current, angle: halfTurn((current.angle ?? 0) + by) });
  }

  take() {
    if (!this.drawn.take()) toast("The model has no further guess for this tile.");
  }

  // One key says it and goes on: there is nothing more to say.
  none() {
    this.drawn.clear();
    this.#send();
  }

  save() {
    if (this.drawn.kept.length) this.#send();
    else toast(`No ${this.task.objects.one} is drawn yet. Draw one, press N if there is none here, or skip the tile.`);
  }

  show() {
    const { drawn } = this;
    const { rough } = this.hand;
    const shown = rough ? [...drawn.things, { ...rough, class: drawn.code, by: "own" }] : drawn.things;
    const { selected } = drawn;
    this.layer.show(shown, { selected, markOf: this.markOf, rotated: this.task.objects.rotated });
    this.palette.mark(drawn.current?.class ?? drawn.code);
    this.palette.number(drawn.counts());
    byId("objects").textContent = this.#words();
  }

  #words() {
    const { kept, ghosts } = this.drawn;
    const model = kept.filter(({ by }) => by === "model").length;
    const more = [model && `${model} by the model`, ghosts.length && count(ghosts.length, "guess", "guesses")];
    const all = count(kept.length, this.task.objects.one, this.task.objects.many);
    return [all, ...more.filter(Boolean)].join(", ");
  }

  #place(thing) {
    const placed = onTile(thing, this.drawn.side);
    if (!placed) return;
    const { x, y, width, height, angle } = placed;
    this.drawn.alter({ x, y, width, height, angle });
  }

  #send() {
    this.hand.lift();
    this.labelling.answer({ value: answerOf(this.drawn.kept, this.task.objects.entry) });
  }
}
