// What trains now, with its live curve and a way to end it, and the ways to start something.
import { element } from "../lib/dom.js";
import { percent } from "../lib/format.js";
import { WAYS, whyNot } from "../state/improvement.js";
import { meter } from "../ui/meter.js";
import { lossCurve } from "./loss_curve.js";

const ENDS = { cancelled: "Cancelled. The model is as it was." };

// onCancel(job) or null for people who may not.
export function runningJob(job, onCancel) {
  const waiting = job.state === "queued";
  const begins = waiting ? "It starts when a training worker is free." : "It begins.";
  const line = job.stopping ? "Ends at its next step." : job.message || begins;
  const cancel = () => onCancel(job);
  const { curve = [], stages = [] } = job.result;
  return element(
    "div",
    { class: "inner stack running" },
    element(
      "div",
      { class: "spread" },
      element("b", {}, job.title),
      element("span", { class: "tag running" }, waiting ? "waiting" : percent(job.progress)),
    ),
    meter(job.progress, 1, `${job.title}: ${percent(job.progress)}`, { thin: true }),
    lossCurve(curve, stages),
    curve.length > 1 && element("p", { class: "faint" }, "Loss of each step; dashed, on samples kept aside."),
    element(
      "div",
      { class: "spread" },
      element("p", { class: "faint" }, line),
      onCancel && element("button", { type: "button", disabled: job.stopping, onclick: cancel }, "Cancel"),
    ),
  );
}

// How the last one ended; onRestart(job) or null.
export function endedJob(job, onRestart) {
  const failed = job.state === "failed";
  const text = failed ? job.error || "It failed without a reason." : (ENDS[job.state] ?? job.message);
  return element(
    "div",
    { class: `notice ${failed ? "bad" : ""}`, role: failed ? "alert" : null },
    element("p", {}, element("b", {}, `${job.title}. `), text),
    failed && onRestart && element("button", { type: "button", onclick: () => onRestart(job) }, "Start again"),
  );
}

// onStart(way, options) or null for people who may not; aboutWay(way) says what it does here.
export function ways(state, needs, onStart, aboutWay) {
  return WAYS.map((way) => {
    const closed = whyNot(way, state, needs);
    const method = way.kind === "finetune" && onStart && methodChoice(closed);
    const start = () => onStart(way, method ? { method: method.querySelector("select").value } : {});
    return element(
      "li",
      {},
      element("h3", {}, way.title),
      element("p", { class: "muted" }, aboutWay(way)),
      onStart &&
        element(
          "div",
          { class: "row" },
          element("button", { type: "button", disabled: Boolean(closed), onclick: start }, way.button),
          method,
        ),
      onStart && closed && element("p", { class: "faint" }, closed),
    );
  });
}

function methodChoice(closed) {
  const options = [
    ["lora", "small additions (LoRA)"],
    ["full", "all weights"],
  ].map(([value, title]) => element("option", { value }, title));
  return element("label", { class: "inline" }, "by", element("select", { disabled: Boolean(closed) }, options));
}
