// The list of background jobs: what runs, what failed and why, and "Start again".
import { element } from "../lib/dom.js";
import { ago, percent } from "../lib/format.js";
import { meter } from "./meter.js";

const WORDS = { queued: "waiting", running: "running", done: "done", failed: "failed" };

// onRestart(job) or null for people who may not.
export function jobList(jobs, onRestart) {
  if (jobs.length === 0) return element("p", { class: "faint" }, "Nothing has run yet.");
  return element(
    "ul",
    { class: "jobs" },
    jobs.map((job) => jobItem(job, onRestart)),
  );
}

function jobItem(job, onRestart) {
  const running = job.state === "running";
  const restart = () => onRestart(job);
  return element(
    "li",
    {},
    element(
      "div",
      { class: "spread" },
      element("span", {}, job.title),
      element("span", { class: `tag ${job.state}` }, running ? percent(job.progress) : WORDS[job.state]),
    ),
    running && meter(job.progress, 1, `${job.title}: ${percent(job.progress)}`, { thin: true }),
    job.message && job.state !== "failed" && element("p", { class: "faint" }, job.message),
    job.state === "failed" && element("p", { class: "problem" }, job.error || "It failed without a reason."),
    job.state === "failed" && onRestart && element("button", { type: "button", onclick: restart }, "Start again"),
    job.state === "done" && element("p", { class: "faint" }, ago(job.finished_at)),
  );
}
