// Exports: ask for a data set in a format, watch it being made, download it.
import { byId, element, pageData } from "../lib/dom.js";
import { Poller } from "../lib/poller.js";
import { get, post } from "../lib/request.js";
import { urls } from "../ui/shell.js";
import { brokenState, emptyState } from "../ui/states.js";
import { exportTable } from "./export_table.js";

const { project, may, formats } = pageData();
const titles = Object.fromEntries(formats.map(({ name, title }) => [name, title]));
const poller = new Poller(() => get(urls.get("api:export-list", project.id, { page_size: 50 }), { quiet: true }));

function formatCard({ name, title, text }) {
  const make = element("button", { type: "button", onclick: () => request(name, make) }, `Make ${title}`);
  return element(
    "li",
    { class: "sheet" },
    element("h2", {}, title),
    element("p", { class: "muted" }, text),
    may.review && make,
  );
}

async function request(format, button) {
  button.disabled = true;
  const images = byId("images").checked;
  await post(urls.get("api:export-list", project.id), { format, images });
  button.disabled = false;
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
byId("formats").replaceChildren(...formats.map(formatCard));
poller.start();
