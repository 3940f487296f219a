// The kinds of panes, by the view that they show. A pane is an Emitter: constructor(holder, { shelf, paintable }),
// async show(item, { scene, view }) -> whether it is on the screen (false: something else was asked for meanwhile),
// clear(), remove(), cursor(point | null), static prefetch(item, choice, shelf); it fires "hover" with { x, y } in pixels
// of the tile, or null. Where it has a `view` (a TileView), it pans, zooms and is painted upon with the others.
import { CloudPane } from "./cloud.js";
import { Cloud3dPane } from "./cloud3d.js";
import { PicturePane } from "./picture.js";
import { PostsPane } from "./posts.js";

const VIEWS = {
  "points:height": CloudPane,
  "points:intensity": CloudPane,
  "points:class": CloudPane,
  "points:3d": Cloud3dPane,
  posts: PostsPane,
};

// The class of the pane for a choice; a view that is not listed is a picture.
export function paneFor({ scene, view }) {
  return (scene && VIEWS[view?.view]) || PicturePane;
}
