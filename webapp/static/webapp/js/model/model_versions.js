// The history of model versions: what made each, how right it was, and the way back to its encoder.
import { element, headings } from "../lib/dom.js";
import { ago, count } from "../lib/format.js";
import { accuracyOf } from "../state/improvement.js";

const TAGS = { published: "done", candidate: "running", building: "running" };

// onBack(version) or null for people who may not.
export function versionTable(versions, onBack) {
  const head = ["Version", "State", "Encoder", "Learnt from", "Right on", "Made", ""];
  return element(
    "div",
    { class: "scroll" },
    element(
      "table",
      { class: "versions" },
      element("thead", {}, element("tr", {}, headings(head))),
      element(
        "tbody",
        {},
        versions.flatMap((version) => rowsOf(version, onBack)),
      ),
    ),
  );
}

function rowsOf(version, onBack) {
  const { number, state, state_title: title, encoder_name: name, labels, created_at: made, reason } = version;
  const row = element(
    "tr",
    { class: reason ? "told" : null },
    element("td", { class: "number" }, String(number)),
    element("td", {}, element("span", { class: `tag ${TAGS[state] ?? ""}` }, title)),
    element("td", {}, name),
    element("td", { class: "number" }, count(labels, "label")),
    element("td", {}, accuracyOf(version)),
    element("td", {}, element("time", { datetime: made }, ago(made))),
    element("td", {}, version.back && onBack && backButton(version, onBack)),
  );
  if (!reason) return [row];
  return [row, element("tr", { class: "why" }, element("td"), element("td", { colspan: 6, class: "faint" }, reason))];
}

function backButton(version, onBack) {
  const title = `Go back to the encoder of version ${version.number}`;
  return element("button", { type: "button", title, onclick: () => onBack(version) }, "Go back");
}
