// The kinds of panes, by the view that they show. A pane is an Emitter: constructor(holder, { shelf, paintable }),
// async show(item, { scene, view }) -> whether it is on the screen (false: something else was asked for meanwhile),
// clear(), remove(), cursor(point | null), static prefetch(item, choice, shelf); it fires "hover" with { x, y } in pixels
// of the tile, or null. Where it has a `view` (a TileView), it pans, zooms and is painted upon with the others.
// Only pictures are there at once: the other kinds are loaded with the first tile that has them.
import { PicturePane } from "./picture.js";

const cloud = () => import("./cloud.js").then(({ CloudPane }) => CloudPane);
const cloud3d = () => import("./cloud3d.js").then(({ Cloud3dPane }) => Cloud3dPane);
const posts = () => import("./posts.js").then(({ PostsPane }) => PostsPane);

const VIEWS = {
  "points:height": cloud,
  "points:intensity": cloud,
  "points:class": cloud,
  "points:3d": cloud3d,
  posts,
};

// The class of the pane for a choice, or a promise of it; a view that is not listed is a picture.
export function paneFor({ scene, view }) {
  return (scene && VIEWS[view?.view]?.()) || PicturePane;
}
