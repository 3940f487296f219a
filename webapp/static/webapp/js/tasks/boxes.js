// Boxes: objects with sides, upright or turned.
import { ListedObjects } from "./objects/listed.js";

export default class Boxes extends ListedObjects {
  static draft(holder) {
    return ListedObjects.draftOf(holder, () => ({ rotated: holder.querySelector("[data-ref=rotated]").checked }));
  }
}
