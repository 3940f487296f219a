// The tools of the easel, in the order of their buttons. A new one is a class of `Tool` and a line here.
import { Brush, Eraser } from "./brush.js";
import { Fill } from "./fill.js";
import { Polygon } from "./polygon.js";

export const TOOLS = [Brush, Eraser, Polygon, Fill];
