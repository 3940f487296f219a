// Epochs: made by hand, of a period or by date, renamed, given other scenes and deleted; and what a label speaks of.
import { byId, element } from "../lib/dom.js";
import { count } from "../lib/format.js";
import { get, patch, post, remove } from "../lib/request.js";
import { ask } from "../ui/dialog.js";
import { urls } from "../ui/shell.js";
import { brokenState } from "../ui/states.js";
import { toast } from "../ui/toast.js";
import { SceneChoice } from "./scene_choice.js";

const MOST = 500; // epochs shown
const CHOOSE_PAIR = "Choose the two: make epochs, such as by “Group scenes by date”, then an earlier and a later one.";
const SCOPES = {
  place: "the place, whatever shows it",
  epoch: "the place at one epoch",
  pair: "what changed between two epochs",
};

export class Epochs {
  constructor(project, may, onChange) {
    Object.assign(this, { project, may, onChange });
    byId("group").addEventListener("submit", (event) => this.#group(event));
    byId("add-epoch").addEventListener("submit", (event) => this.#add(event));
    byId("scope").addEventListener("submit", (event) => this.#choose(event));
    byId("pick-scenes").addEventListener("click", () => this.#pick());
    for (const id of ["group", "add-epoch", "scope"]) byId(id).hidden = !may.own;
  }

  async load() {
    const [page, error] = await get(this.#url("epoch-list", { page_size: MOST }), { quiet: true });
    if (error) return byId("epochs").replaceChildren(brokenState(error, () => this.load()));
    const [scope] = await get(this.#url("scope"), { quiet: true });
    const focused = document.activeElement?.getAttribute("aria-label");
    const rows = page.results.map((epoch) => this.#row(epoch));
    byId("epochs").replaceChildren(...(rows.length ? rows : [this.#empty()]));
    if (focused)
      byId("epochs")
        .querySelector(`[aria-label="${CSS.escape(focused)}"]`)
        ?.focus();
    if (scope) this.#showScope(scope, page.results);
  }

  #url(name, query = {}) {
    return urls.get(`api:${name}`, this.project.id, query);
  }

  #empty() {
    const how = this.may.own ? " Make one of scenes that you choose, of a period, or group the scenes by date." : "";
    return element("li", { class: "faint" }, `No epoch yet: a label speaks of all scenes of its place.${how}`);
  }

  #row(epoch) {
    const { id, name, starts, ends } = epoch;
    const period = !starts || name === starts ? "" : starts === ends ? starts : `${starts} to ${ends}`;
    const address = urls.get("api:epoch-detail", this.project.id, id);
    const onchange = (event) => this.#tell(patch(address, { name: event.target.value }));
    const title = this.may.own
      ? element("input", { value: name, maxlength: 80, "aria-label": `Name of ${name}`, onchange })
      : element("strong", {}, name);
    const tool = (text, label, onclick) =>
      element("button", { type: "button", class: "quiet", "aria-label": label, onclick }, text);
    return element(
      "li",
      { class: "row" },
      title,
      element("span", { class: "faint" }, period),
      element("span", {}, `${count(epoch.scenes.length, "scene")}, ${count(epoch.samples, "sample")}`),
      this.may.own && tool("Scenes…", `Scenes of ${name}`, () => this.#change(epoch)),
      this.may.own && tool("Delete", `Delete ${name}`, () => this.#delete(epoch)),
    );
  }

  #showScope({ scope, pairs, fixed, unpaired }, epochs) {
    const missing = scope === "pair" && !pairs.length ? CHOOSE_PAIR : "";
    const alone = unpaired
      ? `${count(unpaired, "tile is", "tiles are")} shown by one of the dates only: nobody is asked about them.`
      : "";
    const why = fixed ? `That is ${fixed}.` : "";
    byId("scope-now").textContent = [`A label speaks of ${SCOPES[scope]}.`, why, missing, alone]
      .filter(Boolean)
      .join(" ");
    const form = byId("scope");
    const touched = form.dataset.touched; // what somebody is choosing is not taken from under their hands
    if (!touched) form.elements.scope.value = scope;
    for (const [name, at] of [
      ["earlier", 0],
      ["later", 1],
    ]) {
      const options = epochs.map(({ id, name: title }) => element("option", { value: id }, title));
      const chosen = touched && form.elements[name].value;
      form.elements[name].replaceChildren(...options);
      form.elements[name].value = chosen || (pairs.at(-1)?.[name] ?? epochs[at]?.id ?? "");
    }
    this.pairs = pairs;
    const called = new Map(epochs.map(({ id, name }) => [id, name]));
    byId("pairs").replaceChildren(...(scope === "pair" ? pairs.map((pair) => this.#pair(pair, called)) : []));
    form.elements.scope.disabled = Boolean(fixed);
    form.hidden = !this.may.own || (Boolean(fixed) && scope !== "pair");
    form.querySelector(".pair").hidden = form.elements.scope.value !== "pair";
    form.onchange = () => {
      form.dataset.touched = "yes";
      form.querySelector(".pair").hidden = form.elements.scope.value !== "pair";
    };
  }

  #pair(pair, called) {
    const name = `${called.get(pair.earlier)} to ${called.get(pair.later)}`;
    const onclick = () =>
      this.#setScope(
        "pair",
        this.pairs.filter((known) => !same(known, pair)),
        `${name} is left out.`,
      );
    const button = { type: "button", class: "quiet", "aria-label": `Leave out ${name}`, onclick };
    const removable = this.may.own && this.pairs.length > 1;
    return element(
      "li",
      { class: "row" },
      element("span", {}, name),
      removable && element("button", button, "Leave out"),
    );
  }

  #setScope(scope, pairs, text) {
    return this.#tell(post(this.#url("scope"), { scope, pairs }), text);
  }

  #pick() {
    const save = (fields) => this.#saved(post(this.#url("epoch-list"), fields, { quiet: true }), "Added.");
    new SceneChoice(this.project, { title: "Epoch of chosen scenes", name: "", yes: "Add epoch", save });
  }

  #change({ id, name, scenes }) {
    const address = urls.get("api:epoch-detail", this.project.id, id);
    const save = (fields) => this.#saved(patch(address, fields, { quiet: true }), "Saved.");
    new SceneChoice(this.project, { title: `Scenes of ${name}`, name: null, chosen: scenes, yes: "Save", save });
  }

  async #saved(asked, text) {
    const [body, error] = await asked;
    if (!error) {
      toast(body.remark || text);
      this.load();
      this.onChange();
    }
    return [body, error];
  }

  async #tell(answer, text = "Saved.") {
    const [body, error] = await answer;
    if (!error) toast(body?.remark || text);
    this.load();
    if (!error) this.onChange();
    return !error;
  }

  #group(event) {
    event.preventDefault();
    const days = Number(event.target.elements.days.value);
    this.#tell(post(this.#url("epoch-group"), { days }), "The dated scenes are in epochs.");
  }

  async #add(event) {
    event.preventDefault();
    const form = event.target;
    const made = await this.#tell(post(this.#url("epoch-list"), Object.fromEntries(new FormData(form))), "Added.");
    if (made) form.reset();
  }

  #choose(event) {
    event.preventDefault();
    delete event.target.dataset.touched;
    const { scope, earlier, later } = event.target.elements;
    const pair = { earlier: Number(earlier.value), later: Number(later.value) };
    const pairs = scope.value === "pair" ? [...this.pairs.filter((known) => !same(known, pair)), pair] : [];
    this.#setScope(scope.value, pairs, "The samples are made for it.");
  }

  async #delete(epoch) {
    const text = "Its unlabelled samples go with it; the scenes stay.";
    if (!(await ask(`Delete ${epoch.name}?`, text, { yes: "Delete", danger: true }))) return;
    this.#tell(remove(urls.get("api:epoch-detail", this.project.id, epoch.id)), `${epoch.name} was deleted.`);
  }
}

function same(one, other) {
  return one.earlier === other.earlier && one.later === other.later;
}
