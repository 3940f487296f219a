// What stands in place of a tile when there is none to label: why, and what to do.
import { element } from "../lib/dom.js";
import { count, percent } from "../lib/format.js";
import { urls } from "../ui/shell.js";
import { emptyState } from "../ui/states.js";

const BUSY = ["queued", "running"];

// `progress` is what /progress/ said, or null; `claims` knows how the newest claim went.
export function restingState({ progress, claims, outbox, project, may }) {
  if (claims.error) return failure(claims, outbox);
  if (!progress) return emptyState("One moment", "Choosing tiles for you.");
  const { total } = progress.counts;
  const job = progress.jobs.find(({ kind, state }) => ["ingest", "embed"].includes(kind) && BUSY.includes(state));
  if (job) return preparing(job);
  if (!total) return noImagery(project, may);
  if (progress.counts.open > 0) return othersHold(progress.counts.open);
  return allDone(progress.counts, project, may);
}

function failure({ error }, outbox) {
  if (error.status) return emptyState("No tiles can be had", error.message, reload());
  const kept = outbox.size ? ` ${count(outbox.size, "answer")} kept here and sent when it is back.` : "";
  return emptyState("No connection", `New tiles come when the server can be reached again.${kept}`);
}

function preparing({ title, progress, message }) {
  const share = progress ? ` (${percent(progress)})` : "";
  return emptyState(
    "The imagery is being prepared",
    `${title}${share}. ${message || "Tiles appear here by themselves."}`,
  );
}

function noImagery(project, may) {
  const text = may.own ? "Add a scene, and its tiles can be labelled." : "The project's owner has to add some first.";
  return emptyState("No imagery yet", text, may.own && link("imagery", project, "Add imagery", "primary"));
}

function othersHold(open) {
  const text = `Other people hold the last ${count(open, "open tile")}, or were assigned them. What becomes free appears here by itself.`;
  return emptyState("Nothing free at the moment", text);
}

function allDone({ labelled, unsure }, project, may) {
  const text = `${count(labelled, "tile is", "tiles are")} labelled${unsure ? `, ${unsure} marked as unsure` : ""}. Nothing is left to label.`;
  const review = may.review && link("review", project, "Review suggestions", "primary");
  return emptyState("All done", text, review, link("exports", project, "Export the labels"));
}

function link(name, project, text, kind = "") {
  return element("a", { class: `button ${kind}`, href: urls.get(name, project) }, text);
}

function reload() {
  return element("button", { type: "button", onclick: () => location.reload() }, "Reload the page");
}
