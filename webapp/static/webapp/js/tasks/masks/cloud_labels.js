// Laser returns with classes: the tool is offered where a cloud lies. What it does is loaded with it, and with what was
// given before.
import { given } from "../../state/given_classes.js";

const isCloud = ({ kind }) => kind === "points";

export class CloudLabels {
  #opened = null;
  #now = null; // [item, mask]

  constructor(easel) {
    this.easel = easel;
    given.classes = easel.task.classes;
    easel.painter.on("change", () => this.#hold());
  }

  load(item, mask) {
    this.#now = [item, mask];
    for (const button of document.querySelectorAll('[data-tool="returns"]')) button.hidden = !item.scenes.some(isCloud);
    if (mask.notes.returns || this.#opened) this.#open();
  }

  clear() {
    this.#now = null;
  }

  #hold() {
    const inHand = this.easel.painter.tool === "returns";
    given.take(inHand ? (lasso, event) => this.easel.painter.returns?.take(lasso, event.altKey) : null);
    if (inHand && !this.#opened) this.#open();
  }

  async #open() {
    this.#opened ??= import("./clouds/labelled_returns.js").then(({ LabelledReturns }) => {
      this.easel.painter.returns = new LabelledReturns(this.easel);
    });
    await this.#opened;
    if (this.#now) this.easel.painter.returns.load(...this.#now);
  }
}
