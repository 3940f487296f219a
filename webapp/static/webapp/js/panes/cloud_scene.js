// Points in three dimensions, drawn with three.js whenever something changes and never in between: nothing moves by
// itself. x to the east, y to the north, z upwards, in m around the middle of the tile.
import {
  BufferAttribute,
  BufferGeometry,
  Color,
  Line,
  LineBasicMaterial,
  LineLoop,
  PerspectiveCamera,
  Points,
  PointsMaterial,
  Raycaster,
  Scene,
  SRGBColorSpace,
  Vector2,
  Vector3,
  WebGLRenderer,
} from "three";
import { Emitter } from "../lib/events.js";
import { Orbit } from "./orbit.js";

const GROUND = "#12171d";
const FIELD = 45; // degrees

export class CloudScene extends Emitter {
  #asked = 0;
  #returns = null;
  #objects = [];
  #mark = null;

  constructor(canvas) {
    super();
    this.canvas = canvas;
    this.renderer = new WebGLRenderer({ canvas, antialias: true });
    this.renderer.outputColorSpace = SRGBColorSpace;
    this.scene = new Scene();
    this.scene.background = new Color(GROUND);
    this.camera = new PerspectiveCamera(FIELD, 1, 0.1, 1e6);
    this.camera.up.set(0, 0, 1);
    this.ray = new Raycaster();
    this.sizes = new ResizeObserver(() => this.#ask());
    this.sizes.observe(canvas);
    this.orbit = new Orbit(canvas, FIELD);
    this.orbit.on("change", () => this.#ask());
    this.orbit.on("hover", (event) => this.#hover(event));
  }

  // `times`: how much higher than it is; `anew`: look from the start.
  show(returns, { colours, tilePx, times, anew }) {
    this.clear();
    Object.assign(this, { tilePx, times });
    this.#returns = returns;
    const [across, down] = returns.metres;
    this.half = [(tilePx * across) / 2, (tilePx * down) / 2];
    this.middle = meanOf(returns.z);
    const places = new Float32Array(3 * returns.count);
    for (let at = 0; at < returns.count; at += 1)
      places.set(this.#place(returns.x[at], returns.y[at], returns.z[at]), 3 * at);
    const geometry = new BufferGeometry();
    geometry.setAttribute("position", new BufferAttribute(places, 3));
    geometry.setAttribute("color", new BufferAttribute(linear(colours), 3));
    const size = Math.max(2, Math.min(6, 900 / Math.sqrt(returns.count)));
    this.points = new Points(geometry, new PointsMaterial({ size, sizeAttenuation: false, vertexColors: true }));
    this.#add(this.points);
    const lowest = (minimum(returns.z) - this.middle) * times;
    const [x, y] = this.half;
    const corners = [
      [-x, -y],
      [x, -y],
      [x, y],
      [-x, y],
    ].map(([east, north]) => new Vector3(east, north, lowest));
    this.#add(new LineLoop(new BufferGeometry().setFromPoints(corners), new LineBasicMaterial({ color: "#7d8894" })));
    if (anew) this.reset();
    this.#ask();
  }

  clear() {
    for (const object of this.#objects) {
      this.scene.remove(object);
      object.geometry.dispose();
      object.material.dispose();
    }
    this.#objects = [];
    this.#mark = this.#returns = null;
    this.#ask();
  }

  reset() {
    this.orbit.reset(Math.hypot(...(this.half ?? [1, 1])));
  }

  // A post stands at a place of the tile, or none.
  cursor(point) {
    if (this.#mark) {
      this.scene.remove(this.#mark);
      this.#mark.geometry.dispose();
      this.#mark = null;
    }
    if (point && this.#returns) {
      const [low, high] = [minimum(this.#returns.z), maximum(this.#returns.z)];
      const ends = [low, high + (high - low) / 4 + 1].map((z) => new Vector3(...this.#place(point.x, point.y, z)));
      this.#mark = new Line(new BufferGeometry().setFromPoints(ends), new LineBasicMaterial({ color: "#ffffff" }));
      this.scene.add(this.#mark);
    }
    this.#ask();
  }

  remove() {
    this.clear();
    this.sizes.disconnect();
    cancelAnimationFrame(this.#asked);
    this.renderer.dispose();
    this.renderer.forceContextLoss();
  }

  #place(x, y, z) {
    const [across, down] = this.#returns.metres;
    return [x * across - this.half[0], this.half[1] - y * down, (z - this.middle) * this.times];
  }

  #add(object) {
    this.#objects.push(object);
    this.scene.add(object);
  }

  #ask() {
    this.#asked ||= requestAnimationFrame(() => {
      this.#asked = 0;
      this.#draw();
    });
  }

  #draw() {
    const { clientWidth: wide, clientHeight: high } = this.canvas;
    if (!wide || !high) return;
    this.renderer.setPixelRatio(globalThis.devicePixelRatio || 1);
    this.renderer.setSize(wide, high, false);
    this.camera.aspect = wide / high;
    this.orbit.place(this.camera);
    this.camera.updateProjectionMatrix();
    this.renderer.render(this.scene, this.camera);
  }

  // Tell which place of the tile the nearest point under the pointer has.
  #hover(event) {
    if (!event || !this.points || !this.#returns) {
      this.fire("hover", null);
      return;
    }
    const { clientWidth: wide, clientHeight: high } = this.canvas;
    const at = new Vector2((event.offsetX / wide) * 2 - 1, 1 - (event.offsetY / high) * 2);
    this.ray.params.Points.threshold = this.orbit.away / 150;
    this.ray.setFromCamera(at, this.camera);
    const [hit] = this.ray.intersectObject(this.points);
    this.fire("hover", hit ? { x: this.#returns.x[hit.index], y: this.#returns.y[hit.index] } : null);
  }
}

function minimum(values) {
  return values.reduce((least, value) => Math.min(least, value), Infinity);
}

function maximum(values) {
  return values.reduce((most, value) => Math.max(most, value), -Infinity);
}

function meanOf(values) {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

// three.js reckons with light, colours on the screen are not linear.
function linear(colours) {
  const table = Float32Array.from({ length: 256 }, (_, byte) => new Color().setRGB(byte / 255, 0, 0, SRGBColorSpace).r);
  return Float32Array.from(colours, (byte) => table[byte]);
}
