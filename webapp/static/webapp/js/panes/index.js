// The kinds of panes, by the kind of scene that they show. A pane is an Emitter: constructor(holder, { shelf, paintable }),
// async show(item, { scene, view }) -> whether it is on the screen (false: something else was asked for meanwhile),
// clear(), remove(), cursor(point | null), static prefetch(item, choice, shelf); it fires "hover" with { x, y } in pixels
// of the tile, or null. Where it has a `view` (a TileView), it pans, zooms and is painted upon with the others.
import { PicturePane } from "./picture.js";

const KINDS = {};

// The class of the pane for a scene of an item, or for none; what is not listed has a picture.
export function paneFor(scene) {
  return KINDS[scene?.kind] ?? PicturePane;
}
