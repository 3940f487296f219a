// Boxes: a box around each object, upright or turned. The desk itself is loaded on the labelling page alone.
import { boxDraft } from "./boxes/draft.js";
import { ObjectTask } from "./objects.js";

export default class Boxes extends ObjectTask {
  plural = "Boxes";

  constructor(data) {
    super(data, { entry: "boxes", one: "box", many: "boxes", title: "Boxes", boxed: true });
    if (this.objects.rotated) this.letters = [...this.letters, "r"];
  }

  static draft(holder) {
    return boxDraft(holder);
  }

  async desk(page) {
    const [{ ObjectDesk }, { BoxHand }] = await Promise.all([import("./objects/desk.js"), import("./boxes/hand.js")]);
    return new ObjectDesk(this, page, BoxHand);
  }
}
