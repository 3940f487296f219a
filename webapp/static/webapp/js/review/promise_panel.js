// The promise on the Review page: a line that says what may be accepted unseen, and the dialog before one agrees.
import { element, headings } from "../lib/dom.js";
import { count } from "../lib/format.js";
import { withQuery } from "../lib/urls.js";
import {
  acceptanceSentence,
  classLimit,
  offerSentence,
  previewFacts,
  promiseWords,
  unheardSentence,
} from "../state/promise.js";
import { ask, openDialog } from "../ui/dialog.js";

const swatch = ({ colour }) => element("i", { class: "swatch", style: { "--colour": colour ?? "transparent" } });

export class PromisePanel {
  // accept(preview); rollBack(acceptance), or null for who may not; settings: the owner's way to say what is promised
  constructor(holder, { task, style, accept, rollBack, settings }) {
    Object.assign(this, { holder, task, style, accept, rollBack, settings });
  }

  show(preview, acceptances) {
    const see = element("button", { type: "button", onclick: () => this.open(preview) }, "See and accept…");
    const line = element("p", {}, this.offer(preview), preview.problem ? "" : see);
    const past = acceptances.slice(0, 2).map((item) => this.past(item));
    const left = unheardSentence(preview);
    this.holder.replaceChildren(line, ...(left ? [element("p", { class: "notice" }, left)] : []), ...past);
    this.holder.hidden = false;
  }

  // An owner is asked what only they can say.
  offer(preview) {
    if (!this.settings || preview.kind) return offerSentence(preview);
    const link = element("a", { href: this.settings }, "Say in the settings how many errors are all right");
    return element("span", {}, link, ": then suggestions that keep within it can be accepted unseen.");
  }

  past(item) {
    const broken = item.state === "rolled_back";
    const back = !broken && this.rollBack;
    return element(
      "p",
      { class: broken ? "notice bad" : "notice" },
      acceptanceSentence(item),
      back && element("button", { type: "button", class: "danger", onclick: () => this.askBack(item) }, "Take back…"),
    );
  }

  async askBack(item) {
    const text = "Its tiles are open again. What a person has changed meanwhile stays; the history is kept.";
    const title = `Take ${count(item.accepted, "label")} back?`;
    if (await ask(title, text, { yes: "Take them back", danger: true })) this.rollBack(item);
  }

  open(preview) {
    const agree = async () => {
      dialog.close();
      await this.accept(preview);
    };
    const dialog = openDialog(
      `Accept ${count(preview.accepted, "suggestion")} unseen`,
      [
        element(
          "p",
          {},
          `Promised are ${promiseWords(preview)}. Some of them are audited later; if that shows more errors, all are taken back.`,
        ),
        element("p", {}, preview.proven),
        element("p", {}, preview.measured),
        preview.warning && element("p", { class: "notice bad" }, preview.warning),
        unheardSentence(preview) && element("p", { class: "notice" }, unheardSentence(preview)),
        element("div", { class: "promise-facts" }, this.facts(preview), this.classes(preview)),
        element("h3", {}, "A random look at what would be accepted"),
        element(
          "div",
          { class: "peek" },
          preview.peek.map((item) => this.tile(item)),
        ),
        element(
          "div",
          { class: "actions" },
          element("button", { type: "button", autofocus: true, onclick: () => dialog.close() }, "Cancel"),
          element("button", { type: "button", class: "primary", onclick: agree }, `Accept ${preview.accepted}`),
        ),
      ],
      { wide: true },
    );
  }

  facts(preview) {
    const rows = previewFacts(preview).flatMap(([name, value]) => [
      element("dt", {}, name),
      element("dd", { class: "number" }, value),
    ]);
    return element("dl", {}, rows);
  }

  classes(preview) {
    if (!preview.classes?.length) return null;
    const rows = preview.classes.map((item) =>
      element(
        "tr",
        {},
        element("td", {}, swatch(this.task.classOf?.(item.code) ?? {}), " ", item.name),
        element("td", { class: "number" }, item.accepted),
        element("td", { class: item.limit === null ? "faint" : "" }, classLimit(item)),
      ),
    );
    const head = element("tr", {}, headings([this.task.filterTitle, "Accepted", "Upper 90% limit"]));
    return element("table", {}, element("thead", {}, head), element("tbody", {}, rows));
  }

  tile(item) {
    const alt = `Tile ${item.index}: ${this.task.text(item)}`;
    const image = element("img", { src: withQuery(item.chip_url, this.style()), alt });
    return element("figure", {}, image, element("figcaption", {}, this.task.nodes(item)));
  }
}
