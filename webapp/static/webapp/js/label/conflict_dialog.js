// Answers that did not simply arrive: somebody else was first, or the server refused. Nothing is dropped unasked.
import { element } from "../lib/dom.js";
import { ago } from "../lib/format.js";
import { openDialog } from "../ui/dialog.js";

export class ConflictDialog {
  #open = false;
  #problems = new Map(); // entry -> RequestError

  constructor({ outbox, shelf, task }) {
    Object.assign(this, { outbox, shelf, task });
    for (const type of ["conflict", "refused"]) {
      outbox.on(type, ({ entry, error }) => {
        this.#problems.set(entry, error);
        this.show();
      });
    }
  }

  // Show the first answer that waits for a decision.
  show() {
    const entry = this.outbox.parked[0];
    if (this.#open || !entry) return;
    this.#open = true;
    const error = this.#problems.get(entry);
    const dialog = error.body?.theirs ? this.#conflict(entry, error.body.theirs) : this.#refusal(entry, error);
    dialog.addEventListener("close", () => {
      this.#open = false;
      // Dismissed without a decision, it stays in the count of unsaved answers.
      if (this.outbox.parked[0] !== entry) this.show();
    });
  }

  #conflict(entry, theirs) {
    const sides = [
      this.#side(`${theirs.author ?? "Somebody"}, ${ago(theirs.created_at)}`, theirs),
      this.#side("You", entry),
    ];
    return this.#dialog(
      "Somebody else answered this tile",
      [element("div", { class: "versions" }, sides)],
      [
        ["Keep theirs", () => this.outbox.drop(entry)],
        ["Use mine", () => this.outbox.insist(entry), "primary"],
      ],
    );
  }

  #refusal(entry, error) {
    const side = this.#side("Your answer", entry);
    return this.#dialog(
      "This answer was not accepted",
      [element("p", {}, error.message), side],
      [
        ["Discard it", () => this.outbox.drop(entry), "danger"],
        ["Send again", () => this.outbox.retry(entry), "primary"],
      ],
    );
  }

  #dialog(title, content, choices) {
    const decide = (run) => () => {
      run();
      dialog.close();
    };
    const buttons = choices.map(([text, run, kind]) =>
      element("button", { type: "button", class: kind, onclick: decide(run) }, text),
    );
    const dialog = openDialog(title, [...content, element("div", { class: "actions" }, buttons)]);
    return dialog;
  }

  #side(who, said) {
    const why = said.reason && element("p", { class: "muted" }, said.reason);
    const picture = this.task.thumbnail(said, (address) => this.shelf.mask(address));
    return element(
      "section",
      {},
      element("h3", {}, who),
      element("p", { class: "row" }, this.task.nodes(said)),
      why,
      picture,
    );
  }
}
