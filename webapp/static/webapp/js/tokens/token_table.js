// Tokens as a table: what each is for, may do, when it was used and when it ends.
import { element, headings } from "../lib/dom.js";
import { ago } from "../lib/format.js";

const SCOPES = { read: "read", label: "read, label", review: "read, label, review", own: "everything" };

export function tokenTable(tokens, revoke) {
  const titles = ["Name", "May", "Last used", "Ends", ""];
  const head = headings(titles);
  const rows = tokens.map((token) => row(token, revoke));
  return element("table", {}, element("thead", {}, element("tr", {}, head)), element("tbody", {}, rows));
}

function row(token, revoke) {
  const { name, prefix, scope, project, last_used_at: used, expires_at: ends } = token;
  const time = (moment) => element("time", { datetime: moment, title: moment }, ago(moment));
  const button = element(
    "button",
    { type: "button", class: "quiet", "aria-label": `Revoke ${name}`, onclick: () => revoke(token) },
    "Revoke",
  );
  return element(
    "tr",
    {},
    element("td", {}, name, " ", element("code", { class: "faint" }, `${prefix}…`)),
    element("td", {}, SCOPES[scope], project && `, in project ${project} only`),
    element("td", {}, used ? time(used) : "never"),
    element("td", {}, time(ends)),
    element("td", {}, button),
  );
}
