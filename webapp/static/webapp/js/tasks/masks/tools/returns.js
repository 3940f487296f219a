// The lasso for laser returns: those inside get the class, from above here, and in the profile of a cloud there.
import { Lasso } from "./drag.js";

export class Returns extends Lasso {
  name = "returns";
  label = "Returns";
  title = "Returns: draw around laser returns, from above or in a profile; Alt takes their class away";
  combo = "Ctrl+g";

  start(point, event) {
    this.cuts = Boolean(event?.altKey);
    this.points = [{ ...point }];
  }

  lay(ring) {
    const { hand } = this;
    if (hand.returns) hand.returns.above(ring, this.cuts);
    else hand.tell("What gives returns a class is still being loaded: draw once more in a moment.");
  }
}
