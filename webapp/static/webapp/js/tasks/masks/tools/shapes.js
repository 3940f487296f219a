// Tools for shapes that are there: a line that splits, and a click that joins what touches.
import { shapeAt, split, unite } from "../../../state/drawing.js";
import { Polygon } from "./polygon.js";
import { Tool } from "./tool.js";

export class Split extends Polygon {
  name = "split";
  label = "Split";
  title = "Split shapes: click a line across, Enter cuts";
  combo = "Shift+s";
  fewest = 2;

  draw(corners) {
    if (!split(this.hand.mask, corners)) this.hand.tell("This line crosses no drawn shape from side to side.");
  }

  get closed() {
    return false;
  }

  start(point, event) {
    this.add(this.settle(point, event), event);
  }
}

export class Join extends Tool {
  name = "join";
  label = "Join";
  title = "Join a shape with those of its class that touch it";
  combo = "Shift+u";

  start(point) {
    const at = shapeAt(this.hand.mask, point);
    if (at < 0) this.hand.tell("Click on a shape that was drawn: a polygon, a rectangle or a lasso.");
    else if (!unite(this.hand.mask, at)) this.hand.tell("No other shape of this class touches it.");
  }

  get sketch() {
    const { mask } = this.hand;
    return mask?.shapes.length ? { rings: [], outlines: mask.shapes.flatMap(({ rings }) => rings) } : null;
  }
}
