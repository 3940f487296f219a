// Webhooks as a table: where, of what, and how it goes.
import { element, headings } from "../lib/dom.js";

export function webhookTable(rows, events, actions) {
  const titles = Object.fromEntries(events.map(({ value, title }) => [value, title]));
  const head = headings(["Address", "Hears of", "State", ""]);
  const body = rows.map((row) => line(row, titles, actions));
  return element("table", {}, element("thead", {}, element("tr", {}, head)), element("tbody", {}, body));
}

function line(row, titles, { show, test, renew, drop, activate }) {
  const button = (title, onclick, label = title) =>
    element("button", { type: "button", class: "quiet", "aria-label": `${label}: ${row.url}`, onclick }, title);
  return element(
    "tr",
    {},
    element("td", {}, row.url),
    element("td", {}, row.events.map((event) => titles[event]).join(", ")),
    element("td", {}, stateOf(row)),
    element(
      "td",
      {},
      button("Messages", () => show(row)),
      row.active && button("Test", () => test(row)),
      row.active ? button("Pause", () => activate(row, false)) : button("Go on", () => activate(row, true)),
      button("New secret", () => renew(row)),
      button("×", () => drop(row), "Remove"),
    ),
  );
}

function stateOf({ active, paused_because: because, waiting }) {
  const waits = waiting ? `, ${waiting} waiting` : "";
  return active ? `At work${waits}` : [element("b", {}, "Paused"), ` ${because}${waits ? ` ${waiting} waiting.` : ""}`];
}
