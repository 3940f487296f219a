// How a scene lies on another: a dialog in which an owner compares them, sees both flicker, and lets it be moved.
import { element } from "../lib/dom.js";
import { get, post, remove } from "../lib/request.js";
import { openDialog } from "../ui/dialog.js";
import { urls } from "../ui/shell.js";
import { toast } from "../ui/toast.js";
import { Flicker } from "./flicker.js";

const ASK_MS = 1500;

export class ShiftDialog {
  constructor(project, scene, onSaved) {
    Object.assign(this, { scene, onSaved });
    this.address = urls.get("api:scene-shift", project.id, scene.id);
    this.body = element("div", { class: "stack" });
    this.#open();
  }

  async #open() {
    const [known, error] = await get(this.address);
    if (error) return;
    this.dialog = openDialog(`How ${this.scene.name} lies`, this.body, { wide: true });
    this.dialog.addEventListener("close", () => {
      this.closed = true;
      this.flicker?.play(false);
      clearTimeout(this.timer);
    });
    this.#show(known);
  }

  #show(known) {
    this.flicker?.play(false);
    this.body.replaceChildren(
      element(
        "p",
        { class: "faint" },
        "It is compared with a scene that lies right, by bands that see alike, in windows all over.",
      ),
      this.#form(known),
      ...(known.checking ? [element("p", { role: "status" }, "Comparing…")] : this.#told(known)),
      this.#actions(known),
    );
    if (known.checking && !this.closed) this.timer = setTimeout(() => this.#again(), ASK_MS);
  }

  async #again() {
    const [known, error] = await get(this.address, { quiet: true });
    if (this.closed) return;
    if (error) this.timer = setTimeout(() => this.#again(), ASK_MS);
    else this.#show(known);
  }

  #form({ others, check, checking }) {
    if (others.length === 0) return element("p", {}, "No other scene of this project shows its ground.");
    const options = others.map(({ id, name, acquired }) =>
      element("option", { value: id, selected: id === check?.reference.id }, acquired ? `${name}, ${acquired}` : name),
    );
    const select = element("select", { "aria-label": "Scene that lies right" }, options);
    const compare = () => this.#tell(post(this.address, { reference: Number(select.value) }, { quiet: true }));
    const button = element("button", { type: "button", disabled: checking, onclick: compare }, "Compare");
    return element("div", { class: "row" }, element("label", { class: "inline" }, "Lies right: ", select), button);
  }

  #told({ check, shift }) {
    if (!check) return [];
    const words = element("p", { role: "status", class: check.refusal ? "problem" : null }, check.words);
    if (check.refusal) return [words];
    const sure = `Alike to ${check.alike_before.toFixed(2)} as its file says, ${check.alike_after.toFixed(2)} when moved; ${check.bands.join(" and ")}.`;
    const titles = [`${this.scene.name}${shift ? ", moved" : ""}`, check.reference.name];
    this.flicker =
      check.pictures &&
      new Flicker(
        check.pictures.map((src, at) => ({ src, title: titles[at] })),
        check.moves,
      );
    return [words, element("p", { class: "faint" }, sure), this.flicker?.root].filter(Boolean);
  }

  #actions({ check, shift, checking }) {
    const close = element("button", { type: "button", onclick: () => this.dialog.close() }, "Close");
    const back = element("button", { type: "button", onclick: () => this.#takeBack() }, "As its file says");
    const size = check && `${check.across_px.toFixed(2)}, ${check.down_px.toFixed(2)} px`;
    const accept = element(
      "button",
      {
        type: "button",
        class: "primary",
        onclick: () => this.#tell(post(this.address, { accept: true }, { quiet: true })),
      },
      `Move it by ${size}`,
    );
    const open = check && !check.refusal && !checking && check.moves?.some((share) => share !== 0);
    const now =
      shift && element("span", { class: "faint" }, `Moved by ${shift.map((px) => px.toFixed(2)).join(", ")} px`);
    return element("div", { class: "actions" }, now, close, shift && back, open && accept);
  }

  async #takeBack() {
    const [, error] = await remove(this.address);
    if (!error) toast(`${this.scene.name} lies where its file says.`);
    this.#again();
    this.onSaved();
  }

  async #tell(answer) {
    const [body, error] = await answer;
    if (error) {
      toast(error.message, { kind: "bad" });
      return;
    }
    if ("shift" in body) {
      toast(`${this.scene.name} is read where it lies right; its tiles are embedded again.`);
      this.onSaved();
    }
    this.#again();
  }
}
