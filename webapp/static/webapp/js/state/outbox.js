// Answers on their way to the server: sent in order, kept in the browser until they have arrived.
import { Emitter } from "../lib/events.js";

const LONGEST_WAIT = 30_000;
const LOGGED_OUT = [401, 403];

// Say what a failed request means for the answer: try again later, log in, ask the person, or it can never arrive.
export function meaningOf({ status, body }) {
  if (!status || status >= 500 || status === 408 || status === 429) return "offline";
  if (LOGGED_OUT.includes(status)) return "logged-out";
  return body?.theirs ? "conflict" : "refused";
}

export class Outbox extends Emitter {
  #entries = []; // in order; a parked one waits for the person
  #known = new Map(); // sample -> newest annotation that the server told of
  #sending = null;
  #failures = 0;
  #timer = null;

  // "clear", "sending", "offline", "logged-out", or "parked": the rest waits for the person
  state = "clear";

  // `send`: async function of an answer to [saved, error], the error with `status` (0: no connection) and `body`
  // `storage`: localStorage, or anything like it
  // `key`: where this tab keeps its unsent answers
  // `later`: called as a method, which the browser's own setTimeout refuses ("Illegal invocation")
  constructor({ send, storage, key, later = (run, wait) => setTimeout(run, wait) }) {
    super();
    Object.assign(this, { send, storage, key, later });
    this.#entries = this.#stored(key);
  }

  get size() {
    return this.#entries.length;
  }

  get parked() {
    return this.#entries.filter((entry) => entry.parked);
  }

  // Queue an answer. It replaces an unsent one about the same sample, whose time it takes over.
  add(answer) {
    const old = this.#entries.find((entry) => entry.sample === answer.sample && entry !== this.#sending);
    if (old) this.#remove(old);
    const entry = { ...answer, seconds: answer.seconds + (old?.seconds ?? 0) };
    this.#entries.push(entry);
    this.#save();
    this.#run();
    return entry;
  }

  // Take over what a closed tab left behind.
  adopt(key) {
    this.#entries = [...this.#stored(key), ...this.#entries];
    this.#save();
    this.storage.removeItem(key);
    this.wake();
  }

  // Try again at once: the connection is back, or the person has logged in.
  wake() {
    clearTimeout(this.#timer);
    this.#timer = null;
    this.#run();
  }

  // Send a parked answer once more.
  retry(entry) {
    entry.parked = false;
    this.#save();
    this.wake();
  }

  // Send the person's answer even though somebody else answered.
  insist(entry) {
    entry.force = true;
    this.retry(entry);
  }

  // Give this answer up.
  drop(entry) {
    this.#remove(entry);
    this.#save();
    this.wake();
  }

  async #run() {
    if (this.#sending || this.#timer) return;
    const entry = this.#entries.find(({ parked }) => !parked);
    if (!entry) return this.#become(this.size ? "parked" : "clear");
    this.#sending = entry;
    this.#become(this.#failures ? this.state : "sending");
    const { parked, ...answer } = entry;
    const [saved, error] = await this.send({ ...answer, base: this.#known.get(entry.sample) ?? entry.base });
    if (error) this.#failed(entry, error);
    else this.#arrived(entry, saved);
    this.#sending = null;
    return this.#run();
  }

  #arrived(entry, saved) {
    this.#failures = 0;
    this.#known.set(entry.sample, saved.id);
    this.#remove(entry);
    this.#save();
    this.fire("saved", { entry, saved });
  }

  #failed(entry, error) {
    const meaning = meaningOf(error);
    if (meaning === "conflict" || meaning === "refused") {
      entry.parked = true;
      this.#save();
      this.fire(meaning, { entry, error });
      return;
    }
    this.#failures += 1;
    const wait = Math.min(LONGEST_WAIT, 1000 * 2 ** (this.#failures - 1));
    this.#timer = this.later(() => this.wake(), wait);
    this.#become(meaning);
  }

  #become(state) {
    this.state = state;
    this.fire("change");
  }

  #remove(entry) {
    this.#entries = this.#entries.filter((each) => each !== entry);
  }

  #stored(key) {
    try {
      const entries = JSON.parse(this.storage.getItem(key)) ?? [];
      return entries.map((entry) => ({ ...entry, parked: false }));
    } catch {
      return [];
    }
  }

  #save() {
    try {
      if (this.#entries.length) this.storage.setItem(this.key, JSON.stringify(this.#entries));
      else this.storage.removeItem(this.key);
    } catch {
      // The browser's store is full: memory still holds the answers, and leaving the page asks first.
      this.fire("unstored");
    }
    this.fire("change");
  }
}
