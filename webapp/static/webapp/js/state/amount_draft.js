// The amount that somebody is giving a tile: what is written, what the arrows made of it, and what would be sent.
import { Emitter } from "../lib/events.js";
import { plain, readAmount, readUncertainty, rounded, stepped } from "./amounts.js";

const FAR = 10; // steps
const MOST = 40; // characters of a draft

export class AmountDraft extends Emitter {
  text = "";
  uncertainty = "";
  // options: of the project; said: { amount, uncertainty } of one's own answer; suggested: { amount } of the model's;
  // draft: what was left unfinished, or null
  constructor(options, { said = null, suggested = null, draft = null } = {}) {
    super();
    Object.assign(this, { options, suggested });
    if (draft) this.#resume(draft);
    else if (said) this.#take(said);
  }

  #take(said) {
    this.text = plain(said.amount, this.options);
    this.uncertainty = said.uncertainty === null || said.uncertainty === undefined ? "" : String(said.uncertainty);
  }

  #resume({ text, uncertainty }) {
    this.text = String(text ?? "").slice(0, MOST);
    this.uncertainty = String(uncertainty ?? "").slice(0, MOST);
  }

  // What is kept of it in the browser, or null where nothing is written
  draft() {
    return this.text || this.uncertainty ? { text: this.text, uncertainty: this.uncertainty } : null;
  }

  // Whether the person has written anything; until then what is shown is the model's.
  get touched() {
    return this.text.trim() !== "";
  }

  write(text) {
    this.text = text;
    this.#change();
  }

  writeUncertainty(text) {
    this.uncertainty = text;
    this.#change();
  }

  // One step or ten up or down, from what is shown, or from the middle of the range.
  step(by, { far = false } = {}) {
    const from = this.shown ?? rounded((this.options.low + this.options.high) / 2, this.options);
    this.text = plain(stepped(from, far ? FAR * by : by, this.options), this.options);
    this.#change();
  }

  #change() {
    this.fire("change");
    this.fire("step");
  }

  // The amount on show: what is written where that can be read, else the model's
  get shown() {
    if (this.touched) return readAmount(this.text, this.options).value ?? null;
    return this.suggested ? rounded(this.suggested.amount, this.options) : null;
  }

  // What is wrong with what is written, or ""
  get problem() {
    const { problem } = readAmount(this.text, this.options);
    return problem ?? readUncertainty(this.uncertainty, this.options).problem ?? "";
  }

  // What is sent, or null where nothing is written or shown, or where it cannot be read
  value() {
    if (this.problem || this.shown === null) return null;
    return { amount: this.shown, uncertainty: readUncertainty(this.uncertainty, this.options).value };
  }
}
