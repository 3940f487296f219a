// Uploads: one file after another, each with its own progress and outcome.
import { Emitter } from "../lib/events.js";

export class Uploads extends Emitter {
  // sendFile(file, onProgress) resolves to [answer, error]; fires "change" with the entry, "idle" at the end.
  constructor(sendFile, limitBytes) {
    super();
    this.sendFile = sendFile;
    this.limitBytes = limitBytes;
    this.entries = [];
    this.busy = false;
  }

  add(files) {
    for (const file of files) {
      const entry = { id: this.entries.length, file, name: file.name, state: "waiting", share: 0, message: "" };
      if (file.size > this.limitBytes) this.settle(entry, "refused", `Larger than ${this.limitBytes / 2 ** 20} MB.`);
      this.entries.push(entry);
      this.fire("change", entry);
    }
    return this.run();
  }

  async run() {
    if (this.busy) return;
    this.busy = true;
    for (let entry = this.next(); entry; entry = this.next()) await this.sendOne(entry);
    this.busy = false;
    this.fire("idle");
  }

  next() {
    return this.entries.find(({ state }) => state === "waiting");
  }

  async sendOne(entry) {
    entry.state = "sending";
    const [answer, error] = await this.sendFile(entry.file, (share) => {
      entry.share = share;
      this.fire("change", entry);
    });
    if (error) this.settle(entry, "refused", error.message);
    else this.settle(entry, answer.files[0].status, answer.files[0].message);
  }

  settle(entry, state, message) {
    Object.assign(entry, { state, message, file: null });
    this.fire("change", entry);
  }
}
