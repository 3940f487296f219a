// Uploads: one after another, each with its own progress and outcome; files that belong together are one.
import { Emitter } from "../lib/events.js";
import { groupsOf } from "./belonging.js";

export class Uploads extends Emitter {
  // sendFiles(files, onProgress, signal) resolves to [answer, error]; fires "change" with the entry, "idle" at the end.
  constructor(sendFiles, limitBytes) {
    super();
    this.sendFiles = sendFiles;
    this.limitBytes = limitBytes;
    this.entries = [];
    this.busy = false;
  }

  add(files) {
    for (const group of groupsOf(files)) {
      const name = group.length > 1 ? `${group[0].name} and ${group.length - 1} more` : group[0].name;
      const entry = { id: this.entries.length, files: group, name, state: "waiting", share: 0, message: "" };
      if (group.some(({ size }) => size > this.limitBytes))
        this.settle(entry, "refused", `Larger than ${this.limitBytes / 2 ** 20} MB.`);
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
    const stop = new AbortController();
    Object.assign(entry, { state: "sending", message: "", stop });
    this.fire("change", entry);
    const onProgress = (share) => {
      entry.share = share;
      this.fire("change", entry);
    };
    const [answer, error] = await this.sendFiles(entry.files, onProgress, stop.signal);
    if (error && ["paused", "offline"].includes(error.code)) this.hold(entry, error);
    else if (error) this.settle(entry, "refused", error.message);
    else this.settle(entry, ...outcomeOf(answer.files));
  }

  pause(entry) {
    entry.stop?.abort();
  }

  resume(entry) {
    if (entry.state !== "paused") return;
    entry.state = "waiting";
    this.fire("change", entry);
    return this.run();
  }

  // The line is back: go on with what it interrupted, and leave what somebody paused.
  resumeInterrupted() {
    return Promise.all(this.entries.filter(({ interrupted }) => interrupted).map((entry) => this.resume(entry)));
  }

  hold(entry, { code, message }) {
    const interrupted = code === "offline";
    Object.assign(entry, { state: "paused", interrupted, message: interrupted ? message : "" });
    this.fire("change", entry);
  }

  settle(entry, state, message) {
    Object.assign(entry, { state, message, files: null, interrupted: false });
    this.fire("change", entry);
  }
}

// The state and message of an entry: the first refusal if there is one, else whatever was accepted.
function outcomeOf(results) {
  const chosen = ["refused", "accepted", "duplicate"].map((state) => results.find(({ status }) => status === state));
  const { status } = chosen.find(Boolean);
  if (results.length === 1) return [status, results[0].message];
  return [status, results.map(({ name, message }) => `${name}: ${message}`).join(" ")];
}
