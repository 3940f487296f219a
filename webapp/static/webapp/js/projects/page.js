// The list of projects: a card each, with how far it is.
import { byId, element, pageData } from "../lib/dom.js";
import { count, number } from "../lib/format.js";
import { get } from "../lib/request.js";
import { meter } from "../ui/meter.js";
import { keys, urls } from "../ui/shell.js";
import { brokenState, emptyState } from "../ui/states.js";

const { covers, tasks, may_make: mayMake } = pageData(); // tasks: { name: title }
const list = byId("projects");
const more = byId("more");

async function load(address, { append = false } = {}) {
  const [page, error] = await get(address, { quiet: true });
  list.setAttribute("aria-busy", "false");
  if (error) return list.replaceChildren(brokenState(error, () => load(address)));
  if (!append) list.replaceChildren();
  list.append(...page.results.map(card));
  if (page.count === 0) list.replaceWith(welcome());
  more.hidden = !page.next;
  more.firstElementChild.onclick = () => load(page.next, { append: true });
}

function card(project) {
  const { counts } = project;
  const queued = counts.total - counts.empty;
  return element(
    "li",
    { class: "sheet" },
    cover(project),
    element("h2", {}, element("a", { href: urls.get("project", project.id) }, project.name)),
    element("p", { class: "muted text" }, project.description || "No description."),
    element(
      "div",
      { class: "stack" },
      meter(counts.labelled, queued, `${number(counts.labelled)} of ${count(queued, "tile")} labelled`),
      element(
        "div",
        { class: "spread faint" },
        element("span", {}, queued ? `${number(counts.labelled)} of ${count(queued, "tile")}` : "No imagery yet"),
        element("span", {}, `${tasks[project.task] ?? project.task} · ${project.role}`),
      ),
    ),
    element("div", { class: "row" }, actions(project)),
  );
}

// A picture of its first scene; the link in the title says the same to a screen reader.
function cover(project) {
  const scene = covers[project.id];
  const image =
    scene &&
    element("img", { src: urls.get("scene-preview", project.id, scene, { size: 512 }), alt: "", loading: "lazy" });
  return element(
    "a",
    { class: "cover", href: urls.get("project", project.id), tabindex: -1, "aria-hidden": "true" },
    image,
  );
}

function actions(project) {
  const link = (name, title, kind = "") =>
    element("a", { class: `button ${kind}`, href: urls.get(name, project.id) }, title);
  if (project.counts.total === 0) return [link("imagery", "Add imagery", "primary"), link("project", "Overview")];
  const main = project.role === "viewer" ? null : link("label", "Label", "primary");
  return [main, link("project", "Overview")];
}

function welcome() {
  return emptyState(
    "No projects yet",
    "A project is a set of classes and the imagery to label with them. Make one, or ask an owner to add you to theirs.",
    mayMake && element("a", { class: "button primary", href: urls.get("new-project") }, "New project"),
  );
}

if (mayMake) keys.bind("n", "New project", () => location.assign(urls.get("new-project")), { group: "Projects" });
load(urls.get("api:project-list", { page_size: 60 }));
