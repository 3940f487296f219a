// What is labelled now, what comes next and what came before: the samples that this person holds.
import { Emitter } from "../lib/events.js";

const REMEMBERED = 300;
const MOST_UNSAVED = 20; // that a claim tells of

export class Queue extends Emitter {
  #trail = []; // every sample that was shown, in that order
  #cursor = 0; // the one that is shown; #trail.length when nothing is left to show
  #ahead = [];

  // round number, and how many samples are open in the whole project
  round = null;
  open = null;
  // {seconds, batch, ahead}: how long this person's labels take, or null
  pace = null;
  // [{id, note, left, due}]: what this person was assigned and has not finished
  batches = [];
  // Whether the workers cannot be reached: labels are kept, and the model learns later.
  pauses = false;

  constructor({ prefetch = 5 } = {}) {
    super();
    this.prefetch = prefetch;
    this.most = prefetch;
  }

  get current() {
    return this.#trail[this.#cursor] ?? null;
  }

  // Return the samples to have ready: those gone back from, then those ahead.
  get upcoming() {
    return [...this.#trail.slice(this.#cursor + 1), ...this.#ahead].slice(0, this.prefetch);
  }

  get previous() {
    return this.#trail[this.#cursor - 1] ?? null;
  }

  // How many tiles that this person was assigned wait for them
  get left() {
    return this.batches.reduce((sum, { left }) => sum + left, 0);
  }

  // Return the batch of what was assigned to which an item belongs, or undefined.
  batchOf({ assignment }) {
    return this.batches.find(({ id }) => id === assignment);
  }

  // Return the item of a sample that was shown, or undefined.
  find(sample) {
    return this.#trail.find((item) => item.sample === sample);
  }

  get #passed() {
    return this.#trail.filter((item) => !item.mine && item !== this.current);
  }

  // Return what to tell the server: what is on the screen, what is ahead, and how many to hold.
  request(unsaved = 0) {
    // Samples passed over or not yet saved are held too, and would use up the places of new ones.
    const count = Math.min(20, this.prefetch + this.#passed.length + unsaved);
    const holding = this.#ahead.map(({ sample }) => sample);
    const asked = { count, showing: this.current?.sample ?? null, holding };
    // Whether these have arrived when the server counts what is left of the person's own, nobody knows.
    const answers = this.#trail.filter((item) => item.mine?.annotation === null && this.batchOf(item));
    return answers.length ? { ...asked, unsaved: answers.map(({ sample }) => sample).slice(-MOST_UNSAVED) } : asked;
  }

  // Take over the server's order; what was shown already stays where it was.
  merge({ round, open, queue, pace = null, pauses = false, batches = [] }) {
    this.pauses = pauses;
    this.batches = batches;
    this.round = round;
    this.open = open;
    this.pace = pace;
    this.prefetch = Math.min(this.most, pace?.ahead ?? this.most); // who is slow holds fewer
    const passed = new Map(this.#passed.map((item) => [item.sample, item]));
    const shown = new Set(this.#trail.map(({ sample }) => sample));
    const fresh = queue.filter(({ sample }) => !shown.has(sample));
    const again = queue.filter(({ sample }) => passed.has(sample)).map(({ sample }) => passed.get(sample));
    this.#ahead = [...fresh, ...again];
    if (this.current || !this.next()) this.#changed();
  }

  // Show this very sample now (it was picked on the map).
  show(item) {
    this.#trail = this.#trail.filter(({ sample }) => sample !== item.sample);
    this.#ahead = this.#ahead.filter(({ sample }) => sample !== item.sample);
    this.#push(item);
  }

  // Take over a newer count of open samples.
  tell(open) {
    this.open = open;
    this.#changed();
  }

  // Remember the answer to the current sample.
  answer(mine) {
    this.current.mine = mine;
  }

  // Go on to the next sample; say whether there is one.
  next() {
    if (this.#cursor < this.#trail.length - 1) {
      this.#cursor += 1;
      this.#changed("move");
      return true;
    }
    const item = this.#ahead.shift();
    if (item) {
      this.#trail = this.#trail.filter((each) => each !== item);
      this.#push(item);
      return true;
    }
    if (!this.current?.mine) return false;
    this.#cursor = this.#trail.length;
    this.#changed("move");
    return false;
  }

  // Go back to the sample before; say whether there is one.
  back() {
    if (this.#cursor === 0) return false;
    this.#cursor -= 1;
    this.#changed("move");
    return true;
  }

  // Put a sample that was answered before all others, and show it.
  precede(item) {
    this.#ahead = this.#ahead.filter(({ sample }) => sample !== item.sample);
    this.#trail = [item, ...this.#trail];
    this.#cursor = 0;
    this.#changed("move");
  }

  #push(item) {
    this.#trail = [...this.#trail, item].slice(-REMEMBERED);
    this.#cursor = this.#trail.length - 1;
    this.#changed("move");
  }

  #changed(...more) {
    for (const type of [...more, "change"]) this.fire(type);
  }
}
