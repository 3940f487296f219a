// The hand that paints a mask: the tool it holds, the class, the brush size, and the cursor of pointer or keyboard.
import { Emitter } from "../lib/events.js";
import { UNLABELLED } from "./mask.js";
import { settled, snapped } from "./shapes.js";

export const SIZES = [1, 2, 3, 5, 8, 12, 18, 26, 40, 64];

export class Painter extends Emitter {
  mask = null;
  code = UNLABELLED;
  diameter = 5;
  cursor = null; // the pixel under the pointer or the keyboard's cursor
  point = null; // the same with fractions
  down = false; // whether the button is
  snaps = true; // whether corners are drawn to what is near
  looks = null; // what the pixels of the tile look like, as LikenessShelf prepares it, or null until that is there
  reach = 1; // px of the tile that count as near
  returns = null; // what gives laser returns a class: tasks/masks/clouds/labelled_returns.js
  follow = null; // how lines go between corners, where not straight: tasks/masks/follow/follow.js

  // tools: classes of tools, each made with this hand; the first one is taken up
  constructor(tools) {
    super();
    this.tools = new Map(tools.map((Each) => new Each(this)).map((tool) => [tool.name, tool]));
    this.active = this.tools.values().next().value;
  }

  // The name of the tool in hand
  get tool() {
    return this.active.name;
  }

  changed() {
    this.fire("change");
  }

  // Say something to whoever paints.
  tell(message) {
    this.fire("tell", message);
  }

  // A point, drawn to the corner, edge or border of the tile that is near; some shapes may be left out.
  snap(point, but = new Set()) {
    const shapes = this.mask.shapes.filter((_, at) => !but.has(at));
    return settled(this.snaps ? snapped(point, shapes, this.mask, this.reach) : point);
  }

  isNear(one, other) {
    return Math.hypot(one.x - other.x, one.y - other.y) <= this.reach;
  }

  // Take up what the tile looks like, or null.
  see(looks) {
    this.looks = looks;
    this.again();
  }

  // The hand lies still, but what it would do has changed.
  again() {
    if (this.point && !this.down) this.active.hover(this.point);
    this.changed();
  }

  load(mask) {
    this.lift();
    this.active.cancel();
    this.mask = mask;
    this.changed();
  }

  pick(name) {
    const tool = this.tools.get(name);
    if (!tool) throw new RangeError(`There is no tool "${name}"; there are ${[...this.tools.keys()].join(", ")}.`);
    this.lift();
    if (tool !== this.active) this.active.cancel();
    this.active = tool;
    this.changed();
  }

  // Choosing a class means to paint with it: the eraser goes back to the brush.
  choose(code) {
    this.code = code;
    if (!this.active.inks) this.pick("brush");
    this.changed();
  }

  // How large the brush is, or whatever the tool in hand has instead
  get size() {
    return this.active.size ?? this.diameter;
  }

  resize(size) {
    const whole = Math.min(SIZES.at(-1), Math.max(1, Math.round(size)));
    if (this.active.size === undefined) this.diameter = whole;
    else this.active.size = whole;
    this.again();
  }

  // The next larger or smaller brush.
  grow(step) {
    const sizes = this.active.sizes ?? SIZES;
    const next = step > 0 ? sizes.find((size) => size > this.size) : sizes.findLast((size) => size < this.size);
    this.resize(next ?? this.size);
  }

  // Press at a point (x, y in pixel units, fractions allowed).
  press(point, event) {
    this.#goTo(point);
    this.down = true;
    this.active.start(point, event);
    this.changed();
  }

  drag(point, event) {
    this.#goTo(point);
    if (this.down) this.active.move(point, event);
    else this.active.hover(point, event);
    this.changed();
  }

  lift(event) {
    if (!this.down) return;
    this.down = false;
    this.active.end(this.point, event);
    this.changed();
  }

  // Move the keyboard's cursor; it paints on its way while the key is down.
  nudge(dx, dy) {
    const { x, y } = this.cursor ?? this.#centre;
    const stay = (value, length) => Math.min(length - 1, Math.max(0, value));
    this.drag({ x: stay(x + dx, this.mask.width) + 0.5, y: stay(y + dy, this.mask.height) + 0.5 });
  }

  // Press where the keyboard's cursor is.
  pressHere() {
    const { x, y } = this.cursor ?? this.#centre;
    this.press({ x: x + 0.5, y: y + 0.5 });
  }

  leave() {
    this.cursor = this.point = null;
    this.active.leave();
    this.changed();
  }

  // Whether the tool has a use for a key just now, and give it that
  wants(key) {
    return this.mask !== null && this.active.wants(key);
  }

  key(event) {
    if (!this.wants(event.key)) return false;
    this.active.key(event);
    this.changed();
    return true;
  }

  // Take the newest part of what is unfinished back; say whether there was one.
  back() {
    return this.active.back();
  }

  get #centre() {
    return { x: this.mask.width >> 1, y: this.mask.height >> 1 };
  }

  #goTo(point) {
    this.point = point;
    this.cursor = { x: Math.floor(point.x), y: Math.floor(point.y) };
  }
}
