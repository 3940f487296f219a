// A lasso in a height profile: around the returns that get a class, while the tool for that is in hand.
import { given } from "../state/given_classes.js";
import { simplified } from "../state/shapes.js";

const FINEST = 0.7; // px of the screen that the line may be off by

export class ProfileLasso {
  #points = null; // [{ x, y }] on the canvas

  constructor(profile) {
    this.profile = profile;
    profile.over = (context) => this.#draw(context);
    const { canvas } = profile;
    canvas.addEventListener("pointerdown", (event) => this.#start(event));
    canvas.addEventListener("pointermove", (event) => this.#points && this.#goOn(event));
    canvas.addEventListener("pointerup", (event) => this.#points && this.#end(event));
    canvas.addEventListener("pointercancel", () => this.#forget());
  }

  #start(event) {
    if (!given.taker || event.button !== 0 || !this.profile.strip) return;
    this.profile.canvas.setPointerCapture(event.pointerId);
    this.#points = [{ x: event.offsetX, y: event.offsetY }];
  }

  #goOn(event) {
    this.#points.push({ x: event.offsetX, y: event.offsetY });
    this.profile.redraw();
  }

  #end(event) {
    const ring = simplified(this.#points, FINEST);
    const { strip } = this.profile;
    this.#forget();
    if (ring.length < 3 || !strip) return;
    const { item, scene, returns, line, cut } = strip;
    const polygon = ring.map(({ x, y }) => this.profile.fromCanvas([x, y]));
    const along = { line: line.map(({ x, y }) => [x, y]), width: cut.width, metres: [...returns.metres] };
    given.taker?.({ item, scene: scene.id, polygon, ...along }, event);
  }

  #forget() {
    this.#points = null;
    this.profile.redraw();
  }

  #draw(context) {
    if (!this.#points || this.#points.length < 2) return;
    const path = new Path2D();
    for (const { x, y } of this.#points) path.lineTo(x, y);
    path.closePath();
    for (const [width, colour] of [
      [3, "#fff"],
      [1.5, "#12171d"],
    ]) {
      Object.assign(context, { lineWidth: width, strokeStyle: colour });
      context.stroke(path);
    }
  }
}
