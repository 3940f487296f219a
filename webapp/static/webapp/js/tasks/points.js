// Points: objects that are counted, each by one point.
import { ListedObjects } from "./objects/listed.js";

export default class Points extends ListedObjects {
  static draft(holder) {
    return ListedObjects.draftOf(holder, () => {
      const radius = holder.querySelector("[data-ref=radius]").value.trim();
      return { radius_m: radius ? Number(radius) : null };
    });
  }
}
