// Objects in words: what boxes and points have in common on pages where they are listed and not drawn.
import { byId } from "../../lib/dom.js";
import { classDraft } from "../named/rows.js";
import { NamedTask } from "../named.js";

export class ListedObjects extends NamedTask {
  plural = "Classes";
  lacks = { rare_percent: "Needs one class for each tile.", compare_modalities: "Needs one class for each tile." };
  firstLabels = "Label a few tiles with objects: the model learns from those, and this page tells how well.";

  static draftOf(holder, options) {
    const draft = classDraft(holder, ["Object"], { noun: "class", nouns: "classes", fewest: 1 });
    return { ...draft, values: () => ({ ...draft.values(), task_options: options(holder) }) };
  }

  text(said) {
    return said.text || super.text({ verdict: said.verdict });
  }

  nodes(said) {
    return [this.text(said)];
  }

  // Objects are not drawn on this page: they come by API and from files, and suggestions are reviewed on their page.
  async desk() {
    byId("objects-notice").hidden = false;
    return { load: () => {}, clear: () => {}, prefetch: () => {} };
  }

  suspect(item) {
    const name = (code) => (code ? (this.classOf(code)?.name ?? "a class out of use") : "nothing");
    return {
      about: `Tile ${item.index}: ${name(item.given)} or ${name(item.suggested)}?`,
      given: ["Labelled", [name(item.given)]],
      suggested: [item.kind === "people" ? "Others" : "Model", [name(item.suggested)]],
      sentences: [],
      keep: "as it is",
      choicesTitle: "",
      choicesWords: "",
      choices: [],
    };
  }
}
