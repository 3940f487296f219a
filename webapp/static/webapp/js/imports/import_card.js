// One import: where it stands, what is asked, the mapping of classes, and what becomes of each item.
import { element } from "../lib/dom.js";
import { ago, bytes, count, number, percent } from "../lib/format.js";
import { meter } from "../ui/meter.js";
import { itemList } from "./item_list.js";
import { mappingTable } from "./mapping_table.js";

const TRUST = { truth: "held-out truth", review: "for review" };
const KINDS = {
  taken: "done",
  undone: "",
  ready: "running",
  looking: "running",
  taking: "running",
  undoing: "running",
};

export function importCard(row, actions) {
  const busy = ["queued", "running"].includes(row.job_state);
  const broken = row.job_state === "failed";
  const tag = element("span", { class: `tag ${broken ? "failed" : KINDS[row.state]}` }, actions.states[row.state]);
  const body = broken ? failed(row, actions) : busy ? running(row) : looked(row, actions);
  return element(
    "section",
    { class: "sheet import", "aria-label": `Import of ${row.name}` },
    element(
      "header",
      {},
      element("h2", {}, row.name),
      element("span", { class: "row" }, tag, element("span", { class: "faint" }, about(row, actions))),
    ),
    element("div", { class: "inner" }, body),
  );
}

function about(row, { formats }) {
  const format = formats[row.report.format];
  return [format, bytes(row.size), TRUST[row.trust], `by ${row.requested_by}`, ago(row.created_at)]
    .filter(Boolean)
    .join(" · ");
}

function running(row) {
  const title = row.message || "Waiting for a worker";
  return [
    meter(row.progress, 1, `${title}: ${percent(row.progress)}`, { thin: true }),
    element("p", { class: "faint" }, title),
  ];
}

function failed(row, actions) {
  const drop = row.state === "looking" && button("Drop", () => actions.drop(row), `Drop ${row.name}`);
  return [
    element("p", { class: "problem" }, row.error),
    element(
      "div",
      { class: "row" },
      button("Start again", () => actions.restart(row), `Start ${row.name} again`),
      drop,
    ),
  ];
}

function looked(row, actions) {
  const { fates = {}, notes = [], classes = [] } = row.report;
  return [
    ...questions(row, actions),
    ...notes.map((text) => element("p", { class: "muted" }, text)),
    classes.length > 0 && mappingTable(row, actions),
    counts(row, fates, actions),
    buttons(row, actions),
  ];
}

// What only whoever knows the file can say.
function questions(row, { change }) {
  if (row.state !== "ready") return [];
  const { swapped, elsewhere, crs_missing: lost, columns = [], column } = row.report;
  const options = (fields) => change(row, { options: fields });
  const asked = [];
  if (swapped && !row.options.swapped) {
    const text = "Nothing of it lies on the project, but it would with latitude and longitude exchanged.";
    asked.push([text, button("Exchange them", () => options({ swapped: true }))]);
  }
  if (lost || elsewhere) {
    const crs = element("input", {
      placeholder: "EPSG:32632",
      "aria-label": "Coordinate system of the file",
      size: 14,
    });
    const text = lost
      ? "Its coordinates are no degrees, and it does not say in which system they are."
      : far(elsewhere);
    asked.push([text, crs, button("Use it", () => crs.value && options({ crs: crs.value.trim() }))]);
  }
  if (columns.length > 1) {
    const onchange = ({ target }) => options({ column: target.value });
    const choice = element(
      "select",
      { onchange },
      columns.map((name) => element("option", { value: name }, name)),
    );
    choice.value = column;
    asked.push([element("label", { class: "inline" }, "The class stands in ", choice)]);
  }
  return asked.map((parts) => element("p", { class: "asked" }, parts));
}

function far({ crs, km }) {
  const where =
    km === null
      ? "It lies nowhere on Earth"
      : `It lies ${number(km)} km from the project, and nothing of it on the tiles`;
  return `${where}, if its coordinates are ${crs}. Where that is wrong, say which system it is.`;
}

function counts(row, fates, actions) {
  const list = element("div", { class: "items", hidden: true, tabindex: 0 });
  const known = Object.entries(actions.fates).filter(([fate]) => fates[fate]);
  const buttons = known.map(([fate, title]) => {
    const show = async ({ currentTarget }) => {
      for (const other of buttons) other.setAttribute("aria-pressed", String(other === currentTarget));
      list.hidden = false;
      list.replaceChildren(await itemList(row, fate, actions));
    };
    return element(
      "button",
      { type: "button", "aria-pressed": "false", onclick: show },
      `${title}: ${number(fates[fate])}`,
    );
  });
  return [element("div", { class: "fates" }, buttons), list];
}

function buttons(row, actions) {
  const { fates = {}, comments = 0 } = row.report;
  const takes = fates.taken ?? 0;
  if (row.state === "taken")
    return element(
      "div",
      { class: "row" },
      button("Take back…", () => actions.undo(row)),
    );
  if (row.state !== "ready") return null;
  const parts = [takes > comments && count(takes - comments, "label"), comments > 0 && count(comments, "comment")];
  const title = takes ? `Take in ${parts.filter(Boolean).join(" and ")}` : "Nothing to take in";
  const take = button(title, () => actions.take(row));
  take.classList.add("primary");
  take.disabled = !takes;
  return element(
    "div",
    { class: "row" },
    take,
    button("Drop", () => actions.drop(row), `Drop ${row.name}`),
  );
}

function button(title, onclick, label = title) {
  return element("button", { type: "button", onclick, "aria-label": label }, title);
}
