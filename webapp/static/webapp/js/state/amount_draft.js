// The amount that somebody is giving a tile: what is written, what the arrows made of it, and what would be sent.
import { Emitter } from "../lib/events.js";
import { plain, readAmount, readUncertainty, rounded, stepped } from "./amounts.js";

const FAR = 10; // steps

export class AmountDraft extends Emitter {
  text = "";
  uncertainty = "";
  // options: of the project; said: { amount, uncertainty } of one's own answer; suggested: { amount } of the model's
  constructor(options, { said = null, suggested = null } = {}) {
    super();
    Object.assign(this, { options, suggested });
    if (!said) return;
    this.text = plain(said.amount, options);
    this.uncertainty = said.uncertainty === null || said.uncertainty === undefined ? "" : String(said.uncertainty);
  }

  // Whether the person has written anything; until then what is shown is the model's.
  get touched() {
    return this.text.trim() !== "";
  }

  write(text) {
    this.text = text;
    this.fire("change");
  }

  writeUncertainty(text) {
    this.uncertainty = text;
    this.fire("change");
  }

  // One step or ten up or down, from what is shown, or from the middle of the range.
  step(by, { far = false } = {}) {
    const from = this.shown ?? rounded((this.options.low + this.options.high) / 2, this.options);
    this.text = plain(stepped(from, far ? FAR * by : by, this.options), this.options);
    this.fire("change");
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
