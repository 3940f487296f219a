// Settings of a project: classes, people, options.
import { byId, element, pageData } from "../lib/dom.js";
import { get, patch, post, remove } from "../lib/request.js";
import { freeColour, freeKey, inUse } from "../state/classes.js";
import { ask, openDialog } from "../ui/dialog.js";
import { urls } from "../ui/shell.js";
import { brokenState } from "../ui/states.js";
import { toast } from "../ui/toast.js";
import { classTable } from "./class_table.js";
import { memberTable, roleOptions } from "./member_table.js";
import { strategyOptions } from "./strategy_options.js";

const { project, roles, options, strategies, promises, encoders, encoder, user } = pageData();
const everything = { page_size: 1000 };
let classes = [];

async function loadClasses() {
  const [page, error] = await get(urls.get("api:class-list", project.id, everything), { quiet: true });
  if (error) return byId("classes").replaceChildren(brokenState(error, loadClasses));
  classes = page.results;
  byId("classes").replaceChildren(classTable(classes, { change: changeClass, retire, merge }));
  const form = byId("add-class").elements;
  form.colour.value = freeColour(inUse(classes));
  form.hotkey.value = freeKey(inUse(classes));
}

// A refused change is shown by its toast, and the table goes back to what holds.
async function afterwards([, error], said, reload) {
  if (!error && said) toast(said);
  await reload();
  return !error;
}

async function changeClass(item, fields) {
  const cleaned = fields.hotkey === undefined ? fields : { hotkey: fields.hotkey.toLowerCase() };
  const address = urls.get("api:class-detail", project.id, item.code);
  await afterwards(await patch(address, { name: item.name, ...cleaned }), "Saved.", loadClasses);
}

async function retire(item) {
  const text = "Nobody can give it any more. Labels that name it stay as they are.";
  if (!(await ask(`Retire ${item.name}?`, text, { yes: "Retire", danger: true }))) return;
  await afterwards(
    await remove(urls.get("api:class-detail", project.id, item.code)),
    `${item.name} is retired.`,
    loadClasses,
  );
}

function merge(item) {
  const targets = inUse(classes).filter(({ code }) => code !== item.code);
  const select = element(
    "select",
    { autofocus: true },
    targets.map(({ code, name }) => element("option", { value: code }, name)),
  );
  const run = async () => {
    dialog.close();
    const body = { name: item.name, merged_into: Number(select.value) };
    await afterwards(await patch(urls.get("api:class-detail", project.id, item.code), body), "Merged.", loadClasses);
  };
  const dialog = openDialog(`Merge ${item.name} into another class`, [
    element("p", {}, "Its labels keep their code and count as the other class from now on."),
    element("label", { class: "field" }, element("span", {}, "Into"), select),
    element(
      "div",
      { class: "actions" },
      element("button", { type: "button", onclick: () => dialog.close() }, "Cancel"),
      element("button", { type: "button", class: "primary", onclick: run, disabled: targets.length === 0 }, "Merge"),
    ),
  ]);
}

async function loadMembers() {
  const [page, error] = await get(urls.get("api:member-list", project.id, everything), { quiet: true });
  if (error) return byId("members").replaceChildren(brokenState(error, loadMembers));
  const actions = { me: user, change: changeRole, remove: removeMember };
  byId("members").replaceChildren(memberTable(page.results, roles, actions));
}

async function changeRole(member, role) {
  await afterwards(await patch(urls.get("api:member-detail", project.id, member.id), { role }), "Saved.", loadMembers);
}

async function removeMember(member) {
  if (!(await ask(`Remove ${member.username}?`, "What they labelled stays.", { yes: "Remove", danger: true }))) return;
  await afterwards(await remove(urls.get("api:member-detail", project.id, member.id)), "Removed.", loadMembers);
}

const NUMBERS = ["opinions", "audit_share", "double_share", "refit_every", "spacing", "region_share"];
// Settings of shares that are shown as percent.
const PERCENT = { promise_percent: "promise_bound", rare_percent: "rare_share" };

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

// onForm("add-class", fields => ...): submits without leaving the page; a run that returns true empties the form.
function onForm(id, run) {
  const form = byId(id);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const filled = Object.fromEntries(new FormData(form));
    if (await run(filled)) form.querySelector("[type=text]").value = "";
  });
}

onForm("add-class", async (fields) =>
  afterwards(await post(urls.get("api:class-list", project.id), fields), "Added.", loadClasses),
);
onForm("add-member", async (fields) =>
  afterwards(await post(urls.get("api:member-list", project.id), fields), "Added.", loadMembers),
);
onForm("options", saveOptions);
onForm("encoder", useEncoder);
byId("delete").addEventListener("click", deleteProject);
byId("add-member").elements.role.append(...roleOptions(roles, "annotator"));
byId("options").elements.strategy.append(...strategyOptions(strategies, options.strategy));
byId("options").elements.promise_kind.append(...roleOptions(promises, options.promise_kind));
byId("encoder").elements.encoder.append(...roleOptions(encoders, encoder));
const percents = Object.entries(PERCENT).map(([name, from]) => [name, Math.round(options[from] * 10_000) / 100]);
const shown = { ...options, name: project.name, ...Object.fromEntries(percents) };
for (const [name, value] of Object.entries(shown)) {
  if (byId("options").elements[name]) byId("options").elements[name].value = value;
}
loadClasses();
loadMembers();
