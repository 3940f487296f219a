// Draws boxes on a map with the pointer.
import * as L from "leaflet";

const LEAST = 4; // px of a drag

// Draws a box with the pointer while it is in use; the map lies still meanwhile.
export class Pen {
  constructor(map, tell) {
    Object.assign(this, { map, tell, drawing: false, start: null });
    const container = map.getContainer();
    container.addEventListener("pointerdown", (event) => this.#down(event));
    container.addEventListener("pointermove", (event) => this.start && this.#move(event, false));
    container.addEventListener("pointerup", (event) => this.start && this.#move(event, true));
    container.addEventListener("pointercancel", () => this.#leave());
  }

  use(on) {
    this.drawing = on;
    this.#leave();
    this.map.dragging[on ? "disable" : "enable"]();
    this.map.boxZoom[on ? "disable" : "enable"]();
    this.map.getContainer().classList.toggle("drawing", on);
  }

  #leave() {
    if (this.start) this.tell(this.start.at, null, true);
    this.start = null;
  }

  #down(event) {
    if (!this.drawing || event.button !== 0 || event.target.closest(".leaflet-control")) return;
    event.preventDefault();
    this.start = { at: this.map.mouseEventToLatLng(event), x: event.clientX, y: event.clientY };
    this.map.getContainer().setPointerCapture(event.pointerId);
  }

  #move(event, done) {
    const { at, x, y } = this.start;
    if (done) this.start = null;
    const small = Math.min(Math.abs(event.clientX - x), Math.abs(event.clientY - y)) < LEAST;
    this.tell(at, small ? null : this.map.mouseEventToLatLng(event), done);
  }
}

export function boxBetween(one, other) {
  return [one, L.latLng(one.lat, other.lng), other, L.latLng(other.lat, one.lng)];
}
