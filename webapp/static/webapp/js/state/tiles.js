// The tiles in view: fetched for the visible box with a margin, kept until the view leaves it or labels change.
import { Emitter } from "../lib/events.js";

const MARGIN = 0.5; // of the view's width and height, on each side
export const MOST_TILES = 20_000;

export class TileStore extends Emitter {
  // load({ bbox, limit }) resolves to [FeatureCollection, error]; fires "change" and "error".
  constructor(load) {
    super();
    this.load = load;
    this.features = [];
    this.box = null; // what `features` covers
    this.crowded = false; // more tiles than could be fetched: zoom in
    this.turn = 0;
  }

  async show(view) {
    if (this.box && !this.crowded && contains(this.box, view)) return;
    await this.fetch(widened(view));
  }

  async refresh() {
    if (this.box) await this.fetch(this.box);
  }

  async fetch(box) {
    this.turn += 1;
    const turn = this.turn;
    const [data, error] = await this.load({ bbox: box.map((value) => value.toFixed(6)).join(","), limit: MOST_TILES });
    if (turn !== this.turn) return; // a newer view was asked for meanwhile
    if (error) {
      this.fire("error", error);
      return;
    }
    this.features = data.features;
    this.crowded = data.more === true;
    this.box = box;
    this.fire("change", this);
  }
}

export function contains(outer, inner) {
  return outer[0] <= inner[0] && outer[1] <= inner[1] && outer[2] >= inner[2] && outer[3] >= inner[3];
}

export function widened([west, south, east, north]) {
  const across = (east - west) * MARGIN;
  const up = (north - south) * MARGIN;
  return [
    Math.max(west - across, -360),
    Math.max(south - up, -90),
    Math.min(east + across, 360),
    Math.min(north + up, 90),
  ];
}
