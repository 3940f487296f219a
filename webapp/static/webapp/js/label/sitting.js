// The bar below: whether everything is saved, the newest answer, and how the sitting goes.
import { byId } from "../lib/dom.js";
import { count, duration, number } from "../lib/format.js";
import { PAUSES } from "../state/project.js";
import { toast } from "../ui/toast.js";

const THEN = "Afterwards the tiles of the common queue follow.";

export class Sitting {
  constructor({ labelling, task }) {
    Object.assign(this, { labelling, task, left: 0 });
    labelling.outbox.on("change", () => this.showSaving());
    labelling.queue.on("change", () => this.showCounts());
    labelling.on("answered", () => this.showCounts());
    this.showSaving();
  }

  showSaving() {
    const { outbox } = this.labelling;
    const text = {
      clear: "All saved",
      sending: `Saving ${count(outbox.size, "answer")}`,
      offline: `No connection: ${count(outbox.size, "answer")} kept here, sent when it is back`,
      "logged-out": `Not saved, ${count(outbox.size, "answer")} kept here: log in again in this window`,
      parked: `${count(outbox.size, "answer")} waiting for you`,
    };
    const node = byId("saving");
    node.dataset.state = outbox.state;
    byId("saving-text").textContent = text[outbox.state];
    byId("decide").hidden = !outbox.parked.length;
    byId("sign-in").hidden = outbox.state !== "logged-out";
  }

  showCounts() {
    const { queue, session, last } = this.labelling;
    this.#showLeft(queue);
    byId("open").textContent = queue.open === null ? "" : `${number(queue.open)} open`;
    const round = queue.round === null ? "" : `Round ${queue.round}`;
    byId("round").textContent = queue.pauses ? "The model pauses" : round;
    byId("round").title = queue.pauses ? PAUSES : "";
    const { labels, perHour, medianSeconds } = session;
    byId("labels").textContent = count(labels, "label");
    byId("rate").textContent = perHour === null ? "" : `${number(Math.round(perHour))} an hour`;
    byId("median").textContent = medianSeconds === null ? "" : `median ${medianSeconds.toFixed(1)} s`;
    const { pace } = queue;
    byId("pace").textContent = pace
      ? `The model learns after ${count(pace.batch, "label")}, about ${duration(pace.seconds * pace.batch)}`
      : "";
    byId("last").replaceChildren(...(last ? ["Last: ", ...this.task.nodes(last.answer)] : []));
  }

  #showLeft({ left }) {
    byId("yours").textContent = left ? `${number(left)} left of yours` : "";
    byId("yours").title = THEN;
    if (this.left && !left) toast("Nothing of what was assigned to you is left: the common queue follows.");
    this.left = left;
  }
}
