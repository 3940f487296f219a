// The labelling page's half of an amount: typed, by slider or in steps; Enter commits and goes on.
import { byId } from "../../lib/dom.js";
import { AmountDraft } from "../../state/amount_draft.js";
import { plain, rounded } from "../../state/amounts.js";
import { toast } from "../../ui/toast.js";
import { AmountScale } from "./scale.js";

const GROUP = { group: "Amount" };
const TYPED = [..."0123456789", ".", ",", "-"]; // with − below zero
const STEPS = { ArrowUp: 1, ArrowDown: -1, PageUp: 1, PageDown: -1 };

export class AmountDesk {
  #item = null;

  constructor(task, { commands, keys, labelling, drafts }) {
    Object.assign(this, {
      task,
      labelling,
      drafts,
      field: byId("amount"),
      own: byId("uncertainty"),
      slider: byId("slider"),
    });
    this.scale = new AmountScale(task.options);
    byId("scale").replaceChildren(this.scale.node);
    this.#label();
    this.#listen();
    const ready = () => this.draft !== null && !document.querySelector("dialog[open]");
    const anywhere = { ...GROUP, when: ready, everywhere: true };
    commands.add("save", "Enter", "Save the amount and go on", () => this.save(), {
      ...anywhere,
      when: () => ready() && notAButton(),
    });
    const step = (_event, key) => this.draft.step(STEPS[key], { far: key.startsWith("Page") });
    keys.bind(["ArrowUp", "ArrowDown"], "A step up or down", step, { ...anywhere, repeat: true });
    keys.bind(["PageUp", "PageDown"], "Ten steps up or down", step, { ...anywhere, repeat: true });
    keys.bind(TYPED, "Type the amount", (_event, key) => this.type(key), { ...GROUP, when: ready });
    commands.add("own", "e", "Your own uncertainty", () => this.own.focus(), { ...GROUP, when: ready });
    const leave = () => document.activeElement.blur();
    keys.bind("Escape", "Leave the field", leave, { ...anywhere, when: () => ready() && isField() });
  }

  get draft() {
    return this.#item?.work ?? null;
  }

  // What was written and not saved is as it was left when the tile comes up again, also after a reload.
  load(item) {
    this.#item = item;
    if (!item.work) {
      const said = item.mine?.verdict === "label" ? item.mine.value : null;
      const draft = this.drafts.load(item);
      item.work = new AmountDraft(this.task.options, { said, suggested: this.#suggestion(item), draft });
      item.work.on("change", () => this.#item === item && this.show());
      this.drafts.follow(item, item.work);
    }
    this.show();
  }

  clear() {
    this.#item = null;
    this.scale.show(null);
  }

  prefetch() {}

  #suggestion(item) {
    return item.audit ? null : (item.suggestion?.value ?? null);
  }

  #label() {
    const { name, unit, low, high, step } = this.task.options;
    byId("amount-title").textContent = name;
    this.field.setAttribute("aria-label", `${name}${unit ? ` in ${unit}` : ""}`);
    for (const node of document.querySelectorAll("[data-unit]")) node.textContent = unit;
    Object.assign(this.slider, { min: low, max: high, step });
  }

  #listen() {
    this.field.addEventListener("input", () => this.draft?.write(this.field.value));
    this.own.addEventListener("input", () => this.draft?.writeUncertainty(this.own.value));
    this.slider.addEventListener("input", () => this.draft?.write(plain(Number(this.slider.value), this.task.options)));
    // The slider's own arrows: not the page's way to the tile before.
    this.slider.addEventListener("keydown", (event) => {
      if (["ArrowLeft", "ArrowRight"].includes(event.key)) event.stopPropagation();
    });
  }

  // A digit typed anywhere begins a new amount in the field.
  type(key) {
    this.field.focus();
    this.draft.write(key);
  }

  show() {
    const { draft } = this;
    const { options } = this.task;
    const suggested = draft.suggested;
    if (this.field.value !== draft.text) this.field.value = draft.text;
    if (this.own.value !== draft.uncertainty) this.own.value = draft.uncertainty;
    this.field.placeholder = suggested ? plain(rounded(suggested.amount, options), options) : "";
    const value = draft.shown;
    this.slider.value = String(value ?? (options.low + options.high) / 2);
    this.slider.classList.toggle("unset", value === null);
    this.scale.show(value, suggested);
    const problem = draft.text || draft.uncertainty ? draft.problem : "";
    byId("amount-problem").textContent = problem;
    this.field.setAttribute("aria-invalid", String(Boolean(problem)));
  }

  save() {
    const { draft } = this;
    const value = draft?.value();
    if (value) {
      document.activeElement.blur();
      this.labelling.answer({ value });
    } else if (draft) {
      toast(draft.problem || "Nothing is written yet. Type an amount, use the arrows, or skip the tile.");
    }
  }
}

const isField = () => document.activeElement?.matches?.("#panel input");
const notAButton = () => !document.activeElement?.closest?.("button, a[href], summary");
