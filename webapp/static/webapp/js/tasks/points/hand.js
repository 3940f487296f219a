// What the pointer does with points: it sets one, or takes up the one that is near.
import { moved, objectAt, onTile } from "../objects/geometry.js";

const REACH = 11; // px of the screen around a point
const CLICK = 3; // px of the screen, below which a drag was none

export class PointHand {
  #held = null; // { thing, from, far }

  // scale() -> px of the screen in one of the tile
  constructor({ scale }) {
    this.scale = scale;
  }

  rough = null;

  press(drawn, point) {
    const near = objectAt(drawn.things, point, { reach: REACH / this.scale() });
    const { side } = drawn;
    if (near) drawn.select(near.id);
    else if (point.x < 0 || point.y < 0 || point.x > side || point.y > side) return;
    const before = drawn.things; // one gesture sets a point and pulls it: one step back
    const thing = near ?? drawn.add(onTile(point, side));
    this.#held = { drawn, thing, from: point, far: false };
    drawn.begin(near ? null : before);
  }

  drag(drawn, point) {
    const { thing, from, far } = this.#held ?? {};
    if (!thing) return;
    const [dx, dy] = [point.x - from.x, point.y - from.y];
    this.#held.far = far || Math.hypot(dx, dy) * this.scale() > CLICK;
    if (!this.#held.far) return;
    const { x, y } = moved(thing, dx, dy, drawn.side);
    drawn.preview({ x, y });
  }

  lift() {
    const { drawn, thing, far } = this.#held ?? {};
    this.#held = null;
    if (!drawn) return;
    drawn.end();
    if (!far && thing.by === "ghost") drawn.take();
  }
}
