// The New-project page's part of points: classes, how far one may be off, and from when on suggestions are set.
import { readNumber } from "../../state/amounts.js";
import { objectDraft } from "../objects/options.js";

export function pointDraft(holder) {
  return objectDraft(holder, ["Tree"], ({ radius }) => {
    const { value, problem } = readNumber(radius.value);
    const wrong = problem || (value !== null && value <= 0 ? "it is more than 0 m." : "");
    return { options: { radius_m: value }, problem: wrong && `Radius: ${wrong}` };
  });
}
