// Claims of samples, one at a time: each renews the leases, says what is on the screen and tops the queue up.
import { Emitter } from "../lib/events.js";

export class Claims extends Emitter {
  #running = false;
  #again = false;

  // The RequestError of the newest claim, or null.
  error = null;
  // Whether the server has answered at all.
  answered = false;

  // `send`: async function of a request to [claim, error]
  constructor({ queue, outbox, send }) {
    super();
    Object.assign(this, { queue, outbox, send });
  }

  // Ask for samples; asked while it waits, it asks once more afterwards, since the screen has changed meanwhile.
  async claim() {
    if (this.#running) {
      this.#again = true;
      return;
    }
    this.#running = true;
    const asked = this.queue.request(this.outbox.size);
    const [claim, error] = await this.send(asked);
    this.#running = false;
    this.error = error;
    if (claim) {
      this.answered = true;
      this.queue.merge(claim);
      // This answer brought the first sample on the screen: until that is told, others may get it.
      if (asked.showing === null && this.queue.current) this.#again = true;
    }
    this.fire("change");
    if (!this.#again || error) return;
    this.#again = false;
    await this.claim();
  }
}
