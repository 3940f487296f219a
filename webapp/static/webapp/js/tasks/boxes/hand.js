// What the pointer does with boxes: it grips the selected one, takes up an outline, or draws a new one.
import { GRIP } from "../objects/figures.js";
import { boxBetween, distanceTo, gripped, handlesOf, moved, objectAt, onTile } from "../objects/geometry.js";

const REACH = 9; // px of the screen around what is aimed at
const CLICK = 4; // px of the screen, below which a drag was none

export class BoxHand {
  #does = null; // { from, drag(point), lift() }

  // rotated: whether boxes may be turned; scale() -> px of the screen in one of the tile
  constructor({ rotated, scale }) {
    Object.assign(this, { rotated, scale });
  }

  press(drawn, point) {
    const { current } = drawn;
    const reach = REACH / this.scale();
    const grip = current && this.#gripAt(current, point, reach);
    const outline = objectAt(drawn.things, point, { reach: reach / 2, inside: false });
    if (grip) this.#resize(drawn, current, grip.name);
    else if (current && distanceTo(current, point) <= reach / 2) this.#move(drawn, current, point);
    else if (outline) this.#move(drawn, outline, point);
    else this.#draw(drawn, point);
  }

  drag(_drawn, point) {
    this.#does?.drag(point);
  }

  lift() {
    this.#does?.lift();
    this.#does = null;
  }

  // The box that is being drawn, or null
  get rough() {
    return this.#does?.rough ?? null;
  }

  #gripAt(box, point, reach) {
    const near = ({ x, y }) => Math.hypot(x - point.x, y - point.y);
    const all = handlesOf(box, { rotated: this.rotated, reach: GRIP / this.scale() }).filter((at) => near(at) <= reach);
    return all.sort((one, other) => near(one) - near(other))[0] ?? null;
  }

  #resize(drawn, box, name) {
    drawn.begin();
    const drag = (point) => {
      const next = onTile(gripped(box, name, point), drawn.side);
      if (next) drawn.preview(placeOf(next));
    };
    this.#does = { drag, lift: () => drawn.end() };
  }

  #move(drawn, box, from) {
    drawn.select(box.id);
    drawn.begin();
    let far = false;
    const drag = (point) => {
      far ||= Math.hypot(point.x - from.x, point.y - from.y) * this.scale() > CLICK;
      if (far) drawn.preview(placeOf(moved(box, point.x - from.x, point.y - from.y, drawn.side)));
    };
    const lift = () => {
      drawn.end();
      if (!far && box.by === "ghost") drawn.take();
    };
    this.#does = { drag, lift };
  }

  // A click inside an unselected one selects it: so one may be drawn inside another.
  #draw(drawn, from) {
    const does = { rough: null };
    does.drag = (point) => {
      does.rough = onTile(boxBetween(from, point), drawn.side);
      drawn.fire("change");
    };
    does.lift = () => {
      const { rough } = does;
      does.rough = null;
      const drew = rough && Math.max(rough.width, rough.height) * this.scale() > CLICK;
      if (drew) drawn.add(rough);
      else this.#click(drawn, from);
    };
    this.#does = does;
  }

  #click(drawn, point) {
    const inside = objectAt(drawn.things, point, { reach: REACH / this.scale(), inside: true });
    drawn.select(inside?.id ?? null);
    if (inside?.by === "ghost") drawn.take();
    else drawn.fire("change");
  }
}

const placeOf = ({ x, y, width, height, angle }) => ({ x, y, width, height, angle });
