// Answers that did not simply arrive: somebody else was first, or the server refused. Nothing is dropped unasked.
import { element } from "../lib/dom.js";
import { ago } from "../lib/format.js";
import { drawIndexed } from "../lib/indexed_image.js";
import { decodeGrey, fromBase64 } from "../lib/png.js";
import { openDialog } from "../ui/dialog.js";

const VERDICTS = { skip: "Skipped", unsure: "Unsure", retract: "Taken back" };

export class ConflictDialog {
  #open = false;
  #problems = new Map(); // entry -> RequestError

  constructor({ outbox, shelf, classes, palette }) {
    Object.assign(this, { outbox, shelf, palette });
    this.classes = new Map(classes.map((item) => [item.code, item]));
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

  #side(who, { verdict, label, reason, mask, mask_url: address }) {
    const item = this.classes.get(label);
    const swatch = item && element("span", { class: "swatch", style: { "--colour": item.colour } });
    const said = item?.name ?? VERDICTS[verdict] ?? "A mask";
    const canvas = (mask || address) && this.#thumbnail(mask, address);
    const why = reason && element("p", { class: "muted" }, reason);
    return element("section", {}, element("h3", {}, who), element("p", { class: "row" }, swatch, said), why, canvas);
  }

  #thumbnail(mask, address) {
    const canvas = element("canvas", { class: "mask-thumbnail" });
    const loading = mask ? decodeGrey(fromBase64(mask)) : this.shelf.mask(address);
    loading.then(
      (image) => drawIndexed(canvas, image, this.palette),
      () => canvas.replaceWith("The mask could not be loaded."),
    );
    return canvas;
  }
}
