// The tools of the easel, in the order of their buttons. A new one is a class of `Tool` and a line here.
import { Brush, Eraser } from "./brush.js";
import { Click } from "./click.js";
import { Corners } from "./corners.js";
import { Lasso, Rectangle } from "./drag.js";
import { Fill } from "./fill.js";
import { Pieces } from "./pieces.js";
import { Point } from "./point.js";
import { Hole, Polygon } from "./polygon.js";
import { Returns } from "./returns.js";
import { Join, Split } from "./shapes.js";
import { Wand } from "./wand.js";

export const TOOLS = [
  Brush,
  Eraser,
  Click,
  Wand,
  Pieces,
  Point,
  Polygon,
  Fill,
  Rectangle,
  Lasso,
  Hole,
  Corners,
  Split,
  Join,
  Returns,
];
