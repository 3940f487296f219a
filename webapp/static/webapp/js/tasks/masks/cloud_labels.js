// Laser returns with classes: the tool is offered where a cloud lies. What it does is loaded with it, and with what was
// given before.
import { given } from "../../state/given_classes.js";
import { later } from "../../ui/later.js";

const load = () => import("./clouds/labelled_returns.js");
const isCloud = ({ kind }) => kind === "points";

export class CloudLabels {
  #now = null; // [item, mask]
  #inHand = false;

  constructor(easel) {
    this.easel = easel;
    given.classes = easel.task.classes;
    this.open = later(load, ({ LabelledReturns }) => {
      easel.painter.returns = new LabelledReturns(easel);
      return easel.painter.returns;
    });
    easel.painter.on("change", () => this.#hold());
  }

  load(item, mask) {
    this.#now = [item, mask];
    for (const button of document.querySelectorAll('[data-tool="returns"]')) button.hidden = !item.scenes.some(isCloud);
    if (mask.notes.returns || this.easel.painter.returns) this.#show();
  }

  clear() {
    this.#now = null;
  }

  #hold() {
    const { painter } = this.easel;
    const inHand = painter.tool === "returns";
    if (inHand === this.#inHand) return;
    this.#inHand = inHand;
    given.take(inHand ? (lasso, event) => painter.returns?.take(lasso, event.altKey) : null);
    if (inHand && !painter.returns) this.#show();
  }

  #show() {
    return this.open((returns) => this.#now && returns.load(...this.#now));
  }
}
