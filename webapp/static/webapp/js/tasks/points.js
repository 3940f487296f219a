// Points: objects that are counted, a point on each. The desk itself is loaded on the labelling page alone.
import { ObjectTask } from "./objects.js";
import { pointDraft } from "./points/draft.js";

export default class Points extends ObjectTask {
  plural = "Points";

  constructor(data) {
    super(data, { entry: "points", one: "point", many: "points", title: "Points", boxed: false });
  }

  static draft(holder) {
    return pointDraft(holder);
  }

  async desk(page) {
    const [{ ObjectDesk }, { PointHand }] = await Promise.all([
      import("./objects/desk.js"),
      import("./points/hand.js"),
    ]);
    return new ObjectDesk(this, page, PointHand);
  }
}
