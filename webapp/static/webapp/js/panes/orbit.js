// Where a camera looks from: around a place, at an angle, from a distance. It has z upwards.
import { Emitter } from "../lib/events.js";

const START = { turn: -Math.PI / 5, rise: Math.PI / 5 };
const STEP = Math.PI / 24;
const RISES = [0.02, Math.PI / 2 - 0.01];
const CLOSER = 0.85;

export class Orbit extends Emitter {
  // Fires "change". field: the angle that is seen, in degrees
  constructor(canvas, field) {
    super();
    this.canvas = canvas;
    this.half = Math.tan((field * Math.PI) / 360);
    this.reset(1);
    this.#listen();
    this.#drag();
  }

  // Look from the start, at all within `reach` m of the middle.
  reset(reach = this.reach) {
    Object.assign(this, { ...START, reach, away: (1.05 * reach) / this.half, x: 0, y: 0 });
    this.fire("change");
  }

  place(camera) {
    const flat = Math.cos(this.rise) * this.away;
    const [east, north] = [this.x + Math.sin(this.turn) * flat, this.y - Math.cos(this.turn) * flat];
    camera.position.set(east, north, Math.sin(this.rise) * this.away);
    camera.lookAt(this.x, this.y, 0);
    camera.near = this.away / 500;
    camera.far = this.away * 20;
  }

  #turn(by, up) {
    this.turn += by;
    this.rise = Math.min(RISES[1], Math.max(RISES[0], this.rise + up));
    this.fire("change");
  }

  #near(factor) {
    this.away *= factor;
    this.fire("change");
  }

  // By shares of what is seen.
  #move(across, up) {
    const far = 2 * this.away * this.half;
    this.x += far * (-across * Math.cos(this.turn) - up * Math.sin(this.turn));
    this.y += far * (-across * Math.sin(this.turn) + up * Math.cos(this.turn));
    this.fire("change");
  }

  #listen() {
    const keys = {
      ArrowLeft: () => this.#turn(-STEP, 0),
      ArrowRight: () => this.#turn(STEP, 0),
      ArrowUp: () => this.#turn(0, STEP),
      ArrowDown: () => this.#turn(0, -STEP),
      "+": () => this.#near(CLOSER),
      "=": () => this.#near(CLOSER),
      "-": () => this.#near(1 / CLOSER),
      r: () => this.reset(),
    };
    this.canvas.addEventListener("keydown", (event) => {
      const run = event.ctrlKey || event.metaKey || event.altKey ? null : keys[event.key];
      if (!run) return;
      event.preventDefault();
      event.stopPropagation(); // the same keys label
      run();
    });
    const wheel = (event) => {
      event.preventDefault();
      this.#near(event.deltaY > 0 ? 1 / CLOSER : CLOSER);
    };
    this.canvas.addEventListener("wheel", wheel, { passive: false });
  }

  #drag() {
    let last = null;
    const { canvas } = this;
    canvas.addEventListener("pointerdown", (event) => {
      last = event;
      canvas.setPointerCapture(event.pointerId);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!last) {
        this.fire("hover", event);
        return;
      }
      const [dx, dy] = [event.clientX - last.clientX, event.clientY - last.clientY];
      const high = canvas.clientHeight || 1;
      if (event.shiftKey || last.button !== 0) this.#move(dx / high, dy / high);
      else this.#turn((-dx / high) * Math.PI, (dy / high) * Math.PI);
      last = { clientX: event.clientX, clientY: event.clientY, button: last.button };
    });
    const end = () => {
      last = null;
    };
    for (const type of ["pointerup", "pointercancel"]) canvas.addEventListener(type, end);
    canvas.addEventListener("pointerleave", () => this.fire("hover", null));
    canvas.addEventListener("contextmenu", (event) => event.preventDefault());
  }
}
