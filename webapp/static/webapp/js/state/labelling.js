// Labelling itself: answers go into the outbox, the next sample comes up, and one can go back and change one's mind.
import { Emitter } from "../lib/events.js";

export class Labelling extends Emitter {
  // Whether the current sample can be seen: nobody labels what has not appeared yet.
  visible = false;
  // {item, answer}: the newest answer of this sitting
  last = null;
  // What was answered before the page was loaded (Earlier), or null
  earlier = null;

  constructor({ queue, outbox, claims, session }) {
    super();
    Object.assign(this, { queue, outbox, claims, session });
    queue.on("move", () => {
      this.visible = false;
    });
    outbox.on("saved", ({ entry, saved }) => this.#saved(entry, saved));
  }

  get current() {
    return this.queue.current;
  }

  // The current sample is on the screen: its clock starts.
  appeared() {
    this.visible = true;
    this.session.show();
  }

  // Answer the current sample and go on. `value` is what the kind of label says, or a promise of it.
  async answer({ verdict = "label", value = null, reason = "" }) {
    const item = this.current;
    if (!item || !this.visible) return;
    const { interactions } = this.session;
    const seconds = this.session.record({ counts: verdict === "label" && !item.mine });
    const answer = { annotation: null, verdict, value: value instanceof Promise ? null : value, mask_url: null };
    this.last = { item, answer };
    this.queue.answer(answer);
    this.queue.next();
    this.#send(item, { verdict, value: await value, reason, seconds, interactions });
  }

  // Take the answer to the current sample back; it stays on the screen.
  retract() {
    const item = this.current;
    if (!item?.mine) return;
    this.queue.answer(null);
    this.fire("retracted", item);
    this.#send(item, { verdict: "retract", value: null, reason: "", seconds: 0 });
  }

  next() {
    this.queue.next();
    this.claims.claim();
  }

  // Show the sample before; say whether there is one.
  async back() {
    if (this.queue.back()) return true;
    const from = this.current;
    const item = await this.earlier?.next((sample) => Boolean(this.queue.find(sample)));
    if (!item || this.current !== from) return false;
    this.queue.precede(item);
    return true;
  }

  #send(item, answer) {
    this.outbox.add({ sample: item.sample, token: item.token, base: item.base ?? null, ...answer });
    this.fire("answered", item);
    this.claims.claim();
  }

  #saved(entry, saved) {
    this.queue.tell(saved.counts.open);
    const mine = this.queue.find(entry.sample)?.mine;
    if (mine && mine.verdict === entry.verdict) Object.assign(mine, { annotation: saved.id, mask_url: saved.mask_url });
  }
}
