// The tools of the easel, in the order of their buttons. A new one is a class of `Tool` and a line here.
import { Brush, Eraser } from "./brush.js";
import { Corners } from "./corners.js";
import { Lasso, Rectangle } from "./drag.js";
import { Fill } from "./fill.js";
import { Hole, Polygon } from "./polygon.js";
import { Join, Split } from "./shapes.js";

export const TOOLS = [Brush, Eraser, Polygon, Fill, Rectangle, Lasso, Hole, Corners, Split, Join];
