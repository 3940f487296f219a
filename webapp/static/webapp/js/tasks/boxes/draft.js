// The New-project page's part of boxes: classes, whether they may be turned, and from when on suggestions are drawn.
import { objectDraft } from "../objects/options.js";

export function boxDraft(holder) {
  const more = ({ rotated }) => ({ options: { rotated: rotated.checked }, problem: "" });
  return objectDraft(holder, ["Ship"], more);
}
