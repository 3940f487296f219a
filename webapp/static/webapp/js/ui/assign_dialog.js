// A dialog that assigns tiles to a member: whose, which, with what words. It stays open where the server refuses.
import { element } from "../lib/dom.js";
import { count } from "../lib/format.js";
import { get, post } from "../lib/request.js";
import { openDialog } from "./dialog.js";
import { urls } from "./shell.js";
import { toast } from "./toast.js";

const EVERY = { page_size: 1000 };
const QUIET = { quiet: true };

// The members who label, or an error; the same for handing over.
export async function labellers(project) {
  const [page, error] = await get(urls.get("api:member-list", project, EVERY), QUIET);
  return error ? [null, error] : [page.results.filter(({ role }) => role !== "viewer"), null];
}

// area: [west, south, east, north] that was drawn, or null: the dialog asks for a number or a scene; `done` runs after.
export async function assignTiles(project, { area = null, done }) {
  const [[members, error], scenes] = await Promise.all([labellers(project), area ? [] : scenesOf(project)]);
  if (error) return toast(error.message, { kind: "bad" });
  const problem = element("p", { class: "notice bad", role: "alert", hidden: true });
  const fields = element("form", { method: "dialog", class: "stack" }, [
    whom(members),
    area ? element("p", {}, "The open tiles whose middle lies in the area that you drew.") : which(scenes),
    ...words(),
    problem,
    element(
      "div",
      { class: "actions" },
      button("Cancel", () => dialog.close()),
      submit(),
    ),
  ]);
  fields.addEventListener("submit", async (event) => {
    event.preventDefault();
    const [made, refused] = await post(urls.get("api:assignment-list", project), asked(fields, area), QUIET);
    problem.hidden = !refused;
    problem.textContent = refused?.message ?? "";
    if (refused) return;
    dialog.close();
    toast(said(made), { kind: "good" });
    done(made);
  });
  const dialog = openDialog("Assign tiles", [fields]);
}

async function scenesOf(project) {
  const [page] = await get(urls.get("api:scene-list", project, EVERY), QUIET);
  return page?.results ?? [];
}

function asked(form, area) {
  const told = Object.fromEntries(new FormData(form));
  const body = { member: Number(told.member), note: told.note, due: told.due || null, shared: told.shared === "on" };
  if (area) return { ...body, bbox: area.join() };
  return told.way === "scene" ? { ...body, scene: Number(told.scene) } : { ...body, count: Number(told.count) };
}

function said({ kind, username, total, left_out: left }) {
  const first = `${username} is asked for ${count(total, "tile")} first`;
  if (kind === "next") return `${first}${left ? ": no more are free" : ""}.`;
  const rest = left
    ? ` ${count(left, "more is", "more are")} not free there: answered, being labelled, or somebody's already.`
    : "";
  return `${first}.${rest}`;
}

function whom(members) {
  const options = members.map(({ id, username }) => element("option", { value: id }, username));
  return field("To", element("select", { name: "member", required: true, autofocus: true }, options));
}

function which(scenes) {
  const number = element("input", {
    type: "number",
    name: "count",
    min: 1,
    max: 10_000,
    value: 50,
    "aria-label": "How many",
  });
  const options = scenes.map(({ id, name }) => element("option", { value: id }, name));
  const scene = element("select", { name: "scene", "aria-label": "Scene" }, options);
  const way = (value, checked) => element("input", { type: "radio", name: "way", value, checked });
  const choose = (radio) => () => {
    radio.checked = true;
  };
  const [next, whole] = [way("count", true), way("scene", false)];
  number.addEventListener("input", choose(next));
  scene.addEventListener("change", choose(whole));
  return element("fieldset", { class: "plain stack" }, element("legend", {}, "Which tiles"), [
    element("div", { class: "row" }, element("label", { class: "ticked" }, next, "The next of the ranking"), number),
    scenes.length > 0 &&
      element("div", { class: "row" }, element("label", { class: "ticked" }, whole, "The open ones of a scene"), scene),
  ]);
}

function words() {
  return [
    field("Note", element("input", { type: "text", name: "note", maxlength: 300 }), "Stands beside each of the tiles."),
    field("Wanted by", element("input", { type: "date", name: "due" }), "Told, never enforced."),
    element(
      "label",
      { class: "ticked" },
      element("input", { type: "checkbox", name: "shared" }),
      "Others get them, too, when their turn comes",
    ),
  ];
}

function field(title, control, hint = null) {
  return element("label", { class: "field" }, element("span", {}, title), control, hint && element("small", {}, hint));
}

function button(text, onclick) {
  return element("button", { type: "button", onclick }, text);
}

function submit() {
  return element("button", { type: "submit", class: "primary" }, "Assign");
}
