// What the model thinks and why it asks for this tile; on an audit only that it is one.
import { element } from "../lib/dom.js";
import { percent } from "../lib/format.js";

const VERDICTS = {
  skip: "You skipped this tile.",
  unsure: "You were unsure about this tile.",
  label: "You labelled this tile",
};

export class Hint {
  constructor(holder, classes) {
    this.holder = holder;
    this.classes = new Map(classes.map((item) => [item.code, item]));
  }

  show(item) {
    const lines = item.audit
      ? [audit()]
      : [
          this.#suggestion(item.suggestion),
          item.reason && element("p", { class: "why" }, "Why this tile: ", item.reason),
        ];
    this.holder.replaceChildren(...[this.#mine(item.mine), ...lines].filter(Boolean));
  }

  clear() {
    this.holder.replaceChildren();
  }

  #suggestion(said) {
    if (!said) return null;
    const take = said.mask_url ? element("kbd", {}, "M") : element("kbd", {}, "Enter");
    const does = said.mask_url ? " takes its mask" : " accepts";
    return element(
      "p",
      { class: "suggestion" },
      element("span", { class: "muted" }, "Suggestion "),
      this.#class(said.label),
      element(
        "span",
        { class: "number", title: `Model version ${said.model_version}` },
        ` ${percent(said.confidence)} `,
      ),
      element("span", { class: "muted take" }, take, does),
    );
  }

  #mine(mine) {
    if (!mine) return null;
    const named = mine.verdict === "label" && mine.label !== null;
    return element("p", { class: "mine" }, VERDICTS[mine.verdict] ?? "", named && [": ", this.#class(mine.label)]);
  }

  #class(code) {
    const item = this.classes.get(code);
    if (!item) return element("b", {}, "mixed");
    const swatch = element("span", { class: "swatch", style: { "--colour": item.colour } });
    return element("b", { class: "class" }, swatch, item.name);
  }
}

function audit() {
  const title = element("b", {}, "Audit");
  return element(
    "p",
    { class: "notice audit" },
    title,
    " – labelled without the model’s help, to measure it honestly.",
  );
}
