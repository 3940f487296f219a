// What people wrote about the tile on the screen: a button that counts, and a dialog with the thread.
import { element } from "../lib/dom.js";
import { ago } from "../lib/format.js";
import { get, patch, post, remove } from "../lib/request.js";
import { openDialog } from "../ui/dialog.js";

const REST_MS = 400; // a tile that is answered at once is not asked about
const LONGEST = 2000;

export class Discussion {
  #waiting = null;
  #item = null;

  // may: { own }; user: their name
  constructor(button, { urls, project, user, may }) {
    Object.assign(this, { button, urls, project, user, may });
    this.count = element("span", { class: "number" });
    button.append(" ", this.count);
  }

  show(item) {
    clearTimeout(this.#waiting);
    this.#item = item;
    this.#tell([]);
    if (item) this.#waiting = setTimeout(() => this.#load(item), REST_MS);
  }

  async open() {
    const item = this.#item;
    if (!item) return;
    const [answer, error] = await get(this.#address(item), { quiet: true });
    const list = element("ul", { class: "comments" });
    const draw = (comments) => {
      list.replaceChildren(...comments.map((comment) => this.#row(comment, again)));
      if (!comments.length) list.append(element("li", { class: "muted" }, "Nobody wrote anything yet."));
      if (this.#item === item) this.#tell(comments);
    };
    const again = async () => draw((await get(this.#address(item)))[0]?.results ?? []);
    const silent = error?.message || answer.hidden;
    if (silent) return openDialog("Comments on this tile", element("p", {}, silent));
    draw(answer.results);
    openDialog("Comments on this tile", [list, this.#form(item, again)]);
  }

  #form(item, again) {
    const text = element("textarea", { rows: 3, maxlength: LONGEST, required: true, "aria-label": "Comment" });
    const flags = element("input", { type: "checkbox" });
    const onsubmit = async (event) => {
      event.preventDefault();
      if (!text.value.trim()) return;
      const [made] = await post(this.#address(item), { text: text.value, flags: flags.checked });
      if (!made) return;
      text.value = "";
      flags.checked = false;
      again();
    };
    return element(
      "form",
      { class: "stack", onsubmit },
      text,
      element("label", { class: "inline" }, flags, " Flag it: a reviewer should look"),
      element("div", { class: "actions" }, element("button", { type: "submit", class: "primary" }, "Write")),
    );
  }

  #row({ id, author, told_by: told, text, flags, settled, created_at: at }, again) {
    const address = this.urls.get("api:comment-detail", this.project, id);
    const act = (title, run) => {
      const onclick = async () => {
        await run();
        again();
      };
      return element("button", { type: "button", class: "quiet", onclick }, title);
    };
    const settle = flags && act(settled ? "Open again" : "Settle", () => patch(address, { settled: !settled }));
    const away = (author === this.user || this.may.own) && act("Delete", () => remove(address));
    const mark = flags && element("span", { class: "muted" }, settled ? "⚑ settled" : "⚑ asks for a look");
    const when = told ? `imported by ${author} ${ago(at)}` : ago(at);
    const head = element(
      "header",
      {},
      element("b", {}, told || author),
      mark,
      element("span", { class: "faint" }, when),
    );
    return element(
      "li",
      { class: flags && !settled ? "flag" : null },
      head,
      element("div", {}, text),
      element("div", { class: "row" }, settle, away),
    );
  }

  async #load(item) {
    const [answer] = await get(this.#address(item), { quiet: true });
    if (answer && this.#item === item) this.#tell(answer.results);
  }

  #tell(comments) {
    const open = comments.some(({ flags, settled }) => flags && !settled);
    this.count.textContent = comments.length ? `${open ? "⚑ " : ""}${comments.length}` : "";
  }

  #address(item) {
    return this.urls.get("api:sample-comments", this.project, item.sample);
  }
}
