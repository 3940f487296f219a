// Settings of a project: what its labels say, people, options.
import { byId, pageData } from "../lib/dom.js";
import { get, patch, post, remove } from "../lib/request.js";
import { openTask } from "../tasks/index.js";
import { ask } from "../ui/dialog.js";
import { showOnce } from "../ui/secret.js";
import { urls } from "../ui/shell.js";
import { brokenState } from "../ui/states.js";
import { toast } from "../ui/toast.js";
import { Assignments } from "./assignments.js";
import { ClassEditor } from "./class_editor.js";
import { invitedTable, linkTable, memberTable, roleOptions } from "./member_table.js";
import { strategyOptions } from "./strategy_options.js";

const data = pageData();
const { project, roles, options, strategies, promises, encoders, encoder, user } = data;
const everything = { page_size: 1000 };

// A refused change is shown by its toast, and the table goes back to what holds.
async function afterwards([, error], said, reload) {
  if (!error && said) toast(said);
  await reload();
  return !error;
}

async function loadMembers() {
  const [page, error] = await get(urls.get("api:member-list", project.id, everything), { quiet: true });
  if (error) return byId("members").replaceChildren(brokenState(error, loadMembers));
  const actions = { me: user, change: changeRole, remove: removeMember };
  byId("members").replaceChildren(memberTable(page.results, roles, actions));
}

async function loadInvited() {
  const [page, error] = await get(urls.get("api:invitation-list", project.id, everything), { quiet: true });
  if (error) return byId("invited").replaceChildren(brokenState(error, loadInvited));
  byId("invited").replaceChildren(...(page.results.length ? [invitedTable(page.results, roles, withdraw)] : []));
}

async function withdraw({ id, username }) {
  const said = `${username} is no longer invited.`;
  await afterwards(await remove(urls.get("api:invitation-detail", project.id, id)), said, loadInvited);
}

async function loadLinks() {
  const [page, error] = await get(urls.get("api:link-list", project.id, everything), { quiet: true });
  if (error) return byId("links").replaceChildren(brokenState(error, loadLinks));
  byId("links").replaceChildren(...(page.results.length ? [linkTable(page.results, roles, withdrawLink)] : []));
}

async function makeLink(fields) {
  const [made, error] = await post(urls.get("api:link-list", project.id), fields);
  if (!error) showOnce("A link to join", made.link);
  await loadLinks();
}

async function withdrawLink({ id }) {
  await afterwards(await remove(urls.get("api:link-detail", project.id, id)), "The link opens nothing now.", loadLinks);
}

async function changeRole(member, role) {
  await afterwards(await patch(urls.get("api:member-detail", project.id, member.id), { role }), "Saved.", loadPeople);
}

async function removeMember(member) {
  if (
    !(await ask(`Remove ${member.username}?`, "What they labelled stays; what they were assigned is anybody's.", {
      yes: "Remove",
      danger: true,
    }))
  )
    return;
  await afterwards(await remove(urls.get("api:member-detail", project.id, member.id)), "Removed.", loadPeople);
}

// What was theirs is anybody's when they go or only look on.
async function loadPeople() {
  await Promise.all([loadMembers(), assignments.load()]);
}

const NUMBERS = ["opinions", "audit_share", "double_share", "refit_every", "spacing", "region_share"];
// Settings of shares that are shown as percent.
const PERCENT = { promise_percent: "promise_bound", rare_percent: "rare_share", cloud_percent: "cloudy_above" };

async function saveOptions(fields) {
  const body = { ...fields };
  for (const name of NUMBERS) body[name] = Number(fields[name]);
  for (const [shown, name] of Object.entries(PERCENT)) {
    delete body[shown];
    if (fields[shown] !== undefined) body[name] = Number(fields[shown]) / 100;
  }
  const [, error] = await patch(urls.get("api:project-detail", project.id), body);
  if (!error) toast("Saved.", { kind: "good" });
}

async function useEncoder({ encoder }) {
  const [, error] = await post(urls.get("api:encoder", project.id), { encoder });
  if (!error) toast("The tiles are embedded with it; then it takes over. The Model page shows how far it is.");
}

async function deleteProject() {
  const text = "Its tiles, labels, models and exports are deleted, and cannot be had back.";
  if (!(await ask(`Delete ${project.name}?`, text, { yes: "Delete it all", danger: true }))) return;
  const [, error] = await remove(urls.get("api:project-detail", project.id));
  if (!error) location.assign(urls.get("projects"));
}

// onForm("add-member", fields => ...): submits without leaving the page; a run that returns true empties the form.
function onForm(id, run) {
  const form = byId(id);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const filled = Object.fromEntries(new FormData(form));
    if (await run(filled)) form.querySelector("[type=text]").value = "";
  });
}

onForm("add-member", async (fields) =>
  afterwards(await post(urls.get("api:member-list", project.id), fields), "Invited.", loadInvited),
);
onForm("add-link", makeLink);
onForm("options", saveOptions);
onForm("encoder", useEncoder);
byId("delete").addEventListener("click", deleteProject);
byId("add-member").elements.role.append(...roleOptions(roles, "annotator"));
byId("add-link").elements.role.append(...roleOptions(roles, "annotator"));
byId("options").elements.strategy.append(...strategyOptions(strategies, options.strategy));
byId("options").elements.promise_kind.append(...roleOptions(promises, options.promise_kind));
byId("encoder").elements.encoder.append(...roleOptions(encoders, encoder));
const percents = Object.entries(PERCENT).map(([name, from]) => [name, Math.round(options[from] * 10_000) / 100]);
const shown = { ...options, name: project.name, ...Object.fromEntries(percents) };
for (const [name, value] of Object.entries(shown)) {
  if (byId("options").elements[name]) byId("options").elements[name].value = value;
}
loadMembers();
loadInvited();
loadLinks();
const assignments = new Assignments(project.id);
assignments.load();
// The kind's module comes last: until it is here, nobody's typing is overwritten and no form leaves the page.
const task = await openTask(data);
for (const [name, why] of Object.entries(task.lacks)) {
  const field = byId("options").elements[name];
  field.disabled = true;
  field.parentElement.querySelector("small").textContent = why;
}
task.settings(byId("kind"));
if (byId("add-class")) new ClassEditor(project.id, task).start();
