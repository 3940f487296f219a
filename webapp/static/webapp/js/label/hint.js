// What the model thinks and why it asks for this tile; on an audit only that it is one.
import { element } from "../lib/dom.js";

const VERDICTS = {
  skip: "You skipped this tile.",
  unsure: "You were unsure about this tile.",
  label: "You labelled this tile",
};

export class Hint {
  constructor(holder, task) {
    Object.assign(this, { holder, task });
  }

  // batch: of what was assigned to this person, to which the tile belongs
  show(item, batch) {
    const lines = item.audit
      ? [audit()]
      : [
          this.#suggestion(item.suggestion),
          item.reason && element("p", { class: "why" }, "Why this tile: ", item.reason),
        ];
    this.holder.replaceChildren(...[this.#mine(item.mine), batch && assigned(batch), ...lines].filter(Boolean));
  }

  clear() {
    this.holder.replaceChildren();
  }

  #suggestion(said) {
    if (!said) return null;
    const [key, does] = this.task.takes(said) ?? [];
    return element(
      "div",
      { class: "suggestion", title: `Model version ${said.model_version}` },
      element("span", { class: "muted" }, "Suggestion "),
      this.task.suggested(said),
      key && element("span", { class: "muted take" }, element("kbd", {}, key), ` ${does}`),
    );
  }

  #mine(mine) {
    if (!mine) return null;
    const says = mine.verdict === "label" ? this.task.says(mine) : null;
    return element(
      "p",
      { class: "mine" },
      VERDICTS[mine.verdict] ?? "",
      says && [": ", element("b", { class: "class" }, says)],
    );
  }
}

function assigned({ note, due }) {
  const day = due && [note && ", ", "by ", element("time", {}, due)];
  return element("p", { class: "why" }, element("b", {}, "Assigned to you"), (note || due) && " – ", note, day);
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
