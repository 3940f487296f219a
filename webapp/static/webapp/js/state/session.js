// How this sitting goes: seconds and interactions on each tile while the page is looked at, labels an hour, the median.

const IDLE_MS = 60_000; // without a key or a pointer; what is beyond does not count

export class Session {
  #seconds = [];
  #spent = 0; // ms on the current tile before the last pause
  #since = null; // running since; null while paused
  #touched = 0; // when the person last did something
  #interactions = 0; // on the current tile

  constructor({ now = () => performance.now() } = {}) {
    this.now = now;
  }

  // Start the clock for a tile that has just become visible.
  show() {
    this.#spent = 0;
    this.#interactions = 0;
    this.#since = this.#touched = this.now();
  }

  // A key was pressed, or the pointer went down or moved; `counts`: it is an interaction.
  touch({ counts = true } = {}) {
    const idle = this.now() - this.#touched - IDLE_MS;
    if (idle > 0 && this.#since !== null) this.#spent -= Math.min(idle, this.#elapsed());
    this.#touched = this.now();
    if (counts) this.#interactions += 1;
  }

  // Take over the seconds of labels that this sitting had before the page was loaded.
  continue(seconds) {
    this.#seconds.unshift(...seconds);
  }

  // Stop the clock: nobody looks.
  pause() {
    this.#spent = this.#elapsed();
    this.#since = null;
  }

  // Let the clock run on.
  resume() {
    this.#since ??= this.now();
    this.#touched = this.now();
  }

  get interactions() {
    return this.#interactions;
  }

  // Return the seconds that an answer took, and count it when it is a label.
  record({ counts = true } = {}) {
    const seconds = this.#elapsed() / 1000;
    if (counts) this.#seconds.push(seconds);
    return seconds;
  }

  get labels() {
    return this.#seconds.length;
  }

  // Return labels an hour by the mean of their seconds, as Quality tells it, or null before there is enough to tell.
  get perHour() {
    const spent = this.#seconds.reduce((sum, each) => sum + each, 0);
    return this.labels >= 3 && spent > 0 ? (this.labels * 3600) / spent : null;
  }

  get medianSeconds() {
    if (!this.labels) return null;
    const sorted = [...this.#seconds].sort((a, b) => a - b);
    const middle = sorted.length >> 1;
    return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  #elapsed() {
    return this.#spent + (this.#since === null ? 0 : this.now() - this.#since);
  }
}
