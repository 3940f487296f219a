// The list of uploads: a row a file, with progress and what became of it.
import { element } from "../lib/dom.js";
import { percent } from "../lib/format.js";
import { setMeter } from "../ui/meter.js";

const WORDS = {
  waiting: ["waiting", ""],
  sending: ["sending", "running"],
  paused: ["paused", ""],
  accepted: ["accepted", "done"],
  duplicate: ["there already", ""],
  refused: ["refused", "failed"],
};

export class UploadList {
  constructor(list, uploads) {
    this.list = list;
    this.uploads = uploads;
    this.rows = new Map();
    uploads.on("change", (entry) => this.show(entry));
  }

  show(entry) {
    if (!this.rows.has(entry.id)) this.rows.set(entry.id, this.row(entry));
    const { bar, share, tag, message, pause } = this.rows.get(entry.id);
    const [word, kind] = WORDS[entry.state];
    const done = !["waiting", "sending", "paused"].includes(entry.state);
    const checking = entry.state === "sending" && entry.share >= 1;
    setMeter(bar, done ? 1 : entry.share, 1, `${entry.name}: ${percent(entry.share)}`);
    share.textContent = done ? "" : percent(entry.share);
    tag.textContent = checking ? "checking" : word;
    tag.className = `tag ${kind}`;
    pause.hidden = checking || !["sending", "paused"].includes(entry.state);
    pause.textContent = entry.state === "paused" ? "Go on" : "Pause";
    message.textContent = entry.message;
    message.hidden = !entry.message;
    message.className = entry.state === "refused" ? "problem" : "faint";
  }

  row(entry) {
    const bar = element("div", { class: "meter thin", role: "meter", "aria-valuemin": 0 }, element("i"));
    const share = element("span", { class: "number faint" });
    const tag = element("span");
    const message = element("p", { hidden: true });
    const onclick = () => (entry.state === "paused" ? this.uploads.resume(entry) : this.uploads.pause(entry));
    const pause = element("button", { type: "button", class: "quiet", hidden: true, onclick });
    const name = element("span", { class: "name", title: entry.name }, entry.name);
    this.list.append(element("li", {}, name, bar, share, tag, pause, message));
    return { bar, share, tag, message, pause };
  }
}
