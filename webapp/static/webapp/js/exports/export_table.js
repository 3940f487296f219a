// The exports made so far: state, size, checksum, download.
import { element } from "../lib/dom.js";
import { ago, bytes, count, percent } from "../lib/format.js";
import { meter } from "../ui/meter.js";
import { toast } from "../ui/toast.js";

const WORDS = { queued: "waiting", running: "running", done: "ready", failed: "failed" };

// onRestart(row) or null for people who may not.
export function exportTable(rows, titles, onRestart) {
  const head = ["Format", "Made", "State", "Contents", "SHA-256", ""].map((title) =>
    element("th", { scope: "col", class: title === "Contents" ? "number" : null }, title),
  );
  return element(
    "table",
    {},
    element("thead", {}, element("tr", {}, head)),
    element(
      "tbody",
      {},
      rows.map((row) => exportRow(row, titles, onRestart)),
    ),
  );
}

function exportRow(row, titles, onRestart) {
  const ready = row.state === "done" && row.download_url;
  return element(
    "tr",
    {},
    element("td", {}, row.release ? `Release ${row.release}` : (titles[row.format] ?? row.format)),
    element("td", {}, element("time", { datetime: row.created_at }, ago(row.created_at))),
    element("td", {}, ...stateOf(row)),
    element("td", { class: "number" }, ready ? `${count(row.annotations, "label")}, ${bytes(row.size)}` : ""),
    element("td", {}, ready && checksum(row.sha256)),
    element("td", {}, ready ? download(row) : row.state === "failed" && onRestart && again(row, onRestart)),
  );
}

function stateOf(row) {
  const tag = element("span", { class: `tag ${row.state}` }, WORDS[row.state]);
  if (row.state === "running") return [tag, meter(row.progress, 1, `Export: ${percent(row.progress)}`, { thin: true })];
  if (row.state === "failed") return [tag, element("p", { class: "problem" }, row.error)];
  return [tag];
}

function download({ download_url: href, format }) {
  return element("a", { class: "button", href, download: true, "aria-label": `Download ${format}` }, "Download");
}

function again(row, onRestart) {
  return element("button", { type: "button", onclick: () => onRestart(row) }, "Start again");
}

function checksum(sha256) {
  const copy = async () => {
    await navigator.clipboard.writeText(sha256);
    toast("Checksum copied.");
  };
  return element(
    "button",
    { type: "button", class: "quiet", title: `${sha256} (click to copy)`, onclick: copy },
    element("span", { class: "checksum" }, sha256),
  );
}
