// Exports: ask for a data set in a format, watch it being made, download it.
import { byId, element, pageData } from "../lib/dom.js";
import { Poller } from "../lib/poller.js";
import { get, post } from "../lib/request.js";
import { urls } from "../ui/shell.js";
import { brokenState, emptyState } from "../ui/states.js";
import { exportTable } from "./export_table.js";
import { requestDialog } from "./request_dialog.js";

const { project, may, formats } = pageData();
const titles = Object.fromEntries(formats.map(({ name, title }) => [name, title]));
const poller = new Poller(() => get(urls.get("api:export-list", project.id, { page_size: 50 }), { quiet: true }));

function formatCard(format) {
  const { name, title, text } = format;
  const open = () => requestDialog(format, (options) => request({ format: name, ...options }));
  return element(
    "li",
    { class: "sheet" },
    element("h3", {}, title),
    element("p", { class: "muted" }, text),
    (name === "release" ? may.own : may.review) &&
      element("button", { type: "button", onclick: open }, `Make ${title}`),
  );
}

function formatGroup(title) {
  const members = formats.filter(({ group }) => group === title);
  return element("section", {}, element("h2", {}, title), element("ul", { class: "formats" }, members.map(formatCard)));
}

async function request(wanted) {
  const [, error] = await post(urls.get("api:export-list", project.id), wanted);
  if (!error) byId("exports").scrollIntoView({ block: "nearest" });
  poller.now();
}

async function restart({ job }) {
  const [, error] = await post(urls.get("api:job-restart", project.id, job));
  if (!error) poller.now();
}

poller.on("data", ({ results }) => {
  const empty = emptyState("No exports yet", "Choose a format above. Labels made later need a new export.");
  byId("exports").replaceChildren(results.length ? exportTable(results, titles, may.review ? restart : null) : empty);
});
poller.on("error", (error) => byId("exports").replaceChildren(brokenState(error, () => poller.now())));
document.addEventListener("visibilitychange", () => (document.hidden ? poller.stop() : poller.start()));
byId("formats").replaceChildren(...[...new Set(formats.map(({ group }) => group))].map(formatGroup));
poller.start();
