// Decisions about what is on the sheet: sent one after the other, and taken back batch by batch.
import { Emitter } from "../lib/events.js";
import { count } from "../lib/format.js";
import { post } from "../lib/request.js";
import { toast } from "../ui/toast.js";

const VERBS = { accept: "accepted", reject: "rejected", correct: "corrected" };

export class Decisions extends Emitter {
  // addresses: { review, undo(batch) }; task says values in words
  // Fires "change" when there is another batch to take back.
  constructor(sheet, { addresses, task }) {
    super();
    Object.assign(this, { sheet, addresses, task });
    this.done = []; // { batch, items, verdict } of this visit, oldest first
    this.last = Promise.resolve();
  }

  // -> whether some were left out by the server, so that the sheet should be asked for anew
  decide(verdict, items, value = null) {
    if (items.length === 0) return Promise.resolve(false);
    this.sheet.take(items);
    return this.#next(() => this.#send(verdict, items, value));
  }

  undo() {
    return this.#next(() => this.#takeBack());
  }

  // What was taken back elsewhere on the page is not this visit's any more.
  forget(batch) {
    this.done = this.done.filter((each) => each.batch !== batch);
    this.fire("change");
  }

  #next(run) {
    this.last = this.last.then(run);
    return this.last;
  }

  async #send(verdict, items, value) {
    const ids = items.map(({ id }) => id);
    const [answer, error] = await post(this.addresses.review, { ids, verdict, ...(value === null ? {} : { value }) });
    if (error) {
      this.sheet.giveBack(items);
      return false;
    }
    this.sheet.settle(items);
    const skipped = new Set(answer.skipped.map(({ id }) => id));
    if (answer.changed) this.#keep(verdict, items, { answer, skipped, value });
    if (answer.skipped.length === 0) return false;
    toast(`${count(answer.skipped.length, "suggestion")} left out: ${answer.skipped[0].reason}`, { kind: "bad" });
    return true;
  }

  #keep(verdict, items, { answer, skipped, value }) {
    const about = items.filter(({ id }) => !skipped.has(id));
    this.done.push({ batch: answer.batch, items: about, verdict });
    this.fire("change");
    const action = { title: "Undo", run: () => this.undo() };
    toast(`${count(answer.changed, "suggestion")} ${VERBS[verdict]}${this.#what(about, value)}.`, {
      kind: "good",
      action,
    });
  }

  // Of a single tile, which it is and what it says now
  #what(items, value) {
    if (items.length !== 1) return "";
    const [item] = items;
    const now = value === null ? "" : ` to ${this.task.text({ verdict: "label", value, text: "" })}`;
    return `: tile ${item.index}, ${this.task.text(item)}${now}`;
  }

  async #takeBack() {
    const latest = this.done.pop();
    if (!latest) return toast("Nothing to take back from this visit; Earlier decisions lists what was decided before.");
    this.fire("change");
    const [answer, error] = await post(this.addresses.undo(latest.batch), {});
    if (error?.passing) {
      this.done.push(latest);
      this.fire("change");
    }
    if (error) return null;
    const opened = new Set(answer.opened);
    this.sheet.giveBack(latest.items.filter(({ id }) => opened.has(id)));
    tellUndone(answer);
    return answer;
  }
}

// Say what became of a batch that was taken back.
export function tellUndone({ undone, left }) {
  toast(`${count(undone, "decision")} taken back; these tiles are open again.`, { kind: "good" });
  if (left.length > 0) toast(`${count(left.length, "decision")} left as it is: ${left[0].reason}`, { kind: "bad" });
}
