// A poller: asks again and again, slower while nothing changes or nobody answers, never twice at once.
import { Emitter } from "./events.js";

const SLOWER = 1.5;

export class Poller extends Emitter {
  // load() resolves to [data, error]; fires "data" when the answer changed, "error" when there was none.
  constructor(load, { shortest = 2000, idle = 8000, longest = 30_000, timers = globalThis } = {}) {
    super();
    Object.assign(this, { load, shortest, idle, longest, timers });
    this.delay = shortest;
    this.running = false;
    this.timer = null;
    this.seen = null;
  }

  start() {
    if (this.running) return undefined;
    this.running = true;
    return this.now();
  }

  stop() {
    this.running = false;
    this.timers.clearTimeout(this.timer);
  }

  // Ask at once, and quickly again afterwards: something has just happened.
  async now() {
    this.timers.clearTimeout(this.timer);
    this.delay = this.shortest;
    await this.ask();
  }

  async ask() {
    if (this.asking) return;
    this.asking = true;
    const [data, error] = await this.load();
    this.asking = false;
    if (error) this.failed(error);
    else this.answered(data);
    if (this.running) this.timer = this.timers.setTimeout(() => this.ask(), this.delay);
  }

  answered(data) {
    const text = JSON.stringify(data);
    const changed = text !== this.seen;
    this.delay = changed ? this.shortest : Math.min(Math.max(this.delay, this.shortest) * SLOWER, this.idle);
    this.seen = text;
    if (changed) this.fire("data", data);
  }

  failed(error) {
    this.delay = Math.min(this.delay * 2, this.longest);
    this.seen = null;
    this.fire("error", error);
  }
}
