// Messages of one webhook, the newest first: what was told, and how its last try went.
import { element, headings } from "../lib/dom.js";
import { ago } from "../lib/format.js";

export function messageTable(rows, { again, forget }) {
  const head = headings(["When", "What", "Last try", ""]);
  const body = rows.map((row) => {
    const { created_at: when, sent_at: sent, message } = row;
    const button = (title, onclick) =>
      element("button", { type: "button", class: "quiet", "aria-label": `${title}: ${message}`, onclick }, title);
    return element(
      "tr",
      {},
      element("td", {}, element("time", { datetime: when, title: when }, ago(when))),
      element("td", {}, row.kind, " ", element("code", { class: "faint" }, message)),
      element("td", {}, tryOf(row)),
      element("td", {}, sent ? button("Send again", () => again(row)) : button("Forget it", () => forget(row))),
    );
  });
  return element("table", {}, element("thead", {}, element("tr", {}, head)), element("tbody", {}, body));
}

// "200 in 0.2 s", "It answered 500. Try 3.", "waits"
function tryOf({ status, error, attempts, sent_at: sent, seconds }) {
  if (sent) return `${status} in ${seconds.toFixed(1)} s`;
  return attempts ? `${error} Try ${attempts}, the next one follows.` : "waits";
}
