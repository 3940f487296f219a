// A list of classes that is pasted or opened, with what would become of each of its lines before anything is done.
import { element, headings } from "../../lib/dom.js";
import { count } from "../../lib/format.js";
import { byNeed, changes, fateWords, isStop, summary } from "../../state/class_list.js";
import { openDialog } from "../../ui/dialog.js";

const WAIT_MS = 250; // after the last key
const MOST = 1_500_000; // bytes of a file
const HINT =
  "One name a line; or a table (CSV) with name, colour, definition, group, hotkey, code; or JSON, also of COCO.";

let kept = ""; // what was typed and not taken, should the dialog be opened again

// judge(text) -> [{ lines }, error]; add(text, lines) -> an error or null; option: a node beside the buttons
export class ListDialog {
  #asked = 0;
  #timer = 0;

  constructor({ nouns, judge, add, option = null }) {
    Object.assign(this, { judge, add });
    this.text = element("textarea", {
      rows: 7,
      "aria-label": `List of ${nouns}`,
      spellcheck: "false",
      placeholder: HINT,
    });
    this.text.value = kept;
    this.file = element("input", { type: "file", accept: ".csv,.tsv,.txt,.json", class: "hidden-text" });
    this.told = element("p", { class: "notice", role: "status", hidden: true });
    this.table = element("div", {
      class: "list-lines",
      tabindex: "0",
      role: "region",
      "aria-label": "What becomes of it",
    });
    this.button = element(
      "button",
      { type: "button", class: "primary", disabled: true, onclick: () => this.take() },
      "Add",
    );
    this.table.hidden = true;
    this.#listen();
    this.dialog = openDialog(
      `A list of ${nouns}`,
      [
        this.text,
        element("p", { class: "row" }, element("label", { class: "button" }, "Open a file…", this.file), option),
        this.told,
        this.table,
        element(
          "div",
          { class: "actions" },
          element("button", { type: "button", onclick: () => this.dialog.close() }, "Cancel"),
          this.button,
        ),
      ],
      { wide: true },
    );
    this.text.focus();
    option?.addEventListener("change", () => this.look());
    if (kept) this.look();
  }

  #listen() {
    this.text.addEventListener("input", () => {
      kept = this.text.value;
      clearTimeout(this.#timer);
      this.button.disabled = true;
      this.#timer = setTimeout(() => this.look(), WAIT_MS);
    });
    this.file.addEventListener("change", () => this.open(this.file.files[0]));
    this.text.addEventListener("dragover", (event) => event.preventDefault());
    this.text.addEventListener("drop", (event) => {
      const [file] = event.dataTransfer.files;
      if (!file) return;
      event.preventDefault();
      this.open(file);
    });
  }

  async open(file) {
    if (!file) return;
    this.file.value = "";
    if (file.size > MOST) return this.tell(`${file.name} is too large for a list of classes.`, true);
    this.text.value = await file.text();
    kept = this.text.value;
    this.look();
  }

  // Ask what would become of it; an answer to what was typed before is passed over.
  async look() {
    this.#asked += 1;
    const asked = this.#asked;
    this.button.disabled = true;
    if (!this.text.value.trim()) return this.#show([], "");
    const [told, error] = await this.judge(this.text.value);
    if (asked !== this.#asked) return;
    this.#show(told?.lines ?? [], error?.message ?? summary(told.lines), Boolean(error) || told.lines.some(isStop));
  }

  #show(lines, words, bad = false) {
    this.lines = lines;
    this.tell(words, bad);
    this.table.hidden = lines.length === 0;
    this.table.replaceChildren(lineTable(byNeed(lines)));
    const ready = changes(lines).length;
    const added = lines.filter(({ fate }) => fate === "added").length;
    this.button.textContent = added ? `Add ${count(added, "class", "classes")}` : "Take over";
    this.button.disabled = bad || ready === 0;
  }

  tell(words, bad) {
    this.told.textContent = words;
    this.told.hidden = !words;
    this.told.className = bad ? "notice bad" : "notice";
  }

  async take() {
    this.button.disabled = true;
    const error = await this.add(this.text.value, this.lines);
    if (error) {
      await this.look();
      return this.tell(error.message, true);
    }
    kept = "";
    this.dialog.close();
  }
}

function lineTable(lines) {
  const head = headings(["Line", "Class", "Group", "Key", "Code", ""]);
  const rows = lines.map((line) =>
    element(
      "tr",
      { class: line.fate },
      element("td", { class: "number" }, String(line.line)),
      element("td", { title: line.definition || null }, mark(line), line.name || "–"),
      element("td", {}, line.group),
      element("td", {}, line.hotkey && element("kbd", {}, line.hotkey.toUpperCase())),
      element("td", { class: "number" }, line.code === null ? "" : String(line.code)),
      element("td", {}, fateWords(line)),
    ),
  );
  return element("table", {}, element("thead", {}, element("tr", {}, head)), element("tbody", {}, rows));
}

function mark({ fate, colour }) {
  return fate === "added" && element("i", { class: "swatch", style: { "--colour": colour } });
}
