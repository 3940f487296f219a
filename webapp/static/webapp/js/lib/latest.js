// Questions that follow a pointer: asked no faster than the pause, each cancels the one before, the last answer wins.
import { Emitter } from "./events.js";
import { get } from "./request.js";

// Fires "waiting", then "data" or "error"; an answer that came too late is told to nobody.
export class Latest extends Emitter {
  #under_way = null;
  #timer = null;
  #begun = 0;

  constructor({ pause = 120, send = get, timers = globalThis, now = () => performance.now() } = {}) {
    super();
    Object.assign(this, { pause, send, timers, now });
  }

  ask(address) {
    this.timers.clearTimeout(this.#timer);
    const wait = this.#begun + this.pause - this.now();
    if (wait <= 0) this.#ask(address);
    else this.#timer = this.timers.setTimeout(() => this.#ask(address), wait);
  }

  // Want no answer any more.
  drop() {
    this.timers.clearTimeout(this.#timer);
    this.#under_way?.abort();
    this.#under_way = null;
  }

  async #ask(address) {
    this.#under_way?.abort();
    const own = new AbortController();
    this.#under_way = own;
    this.#begun = this.now();
    this.fire("waiting");
    const [data, error] = await this.send(address, { quiet: true, signal: own.signal });
    if (this.#under_way !== own) return;
    this.#under_way = null;
    if (error) this.fire("error", error);
    else this.fire("data", data);
  }
}
