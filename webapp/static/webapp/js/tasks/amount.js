// Amount: a physical quantity of a tile, typed, by slider or in steps, in a colour scale that is always on show.
import { element } from "../lib/dom.js";
import { percent } from "../lib/format.js";
import { amountColour, amountLegend, paintAmount, paintWidth, widthLegend } from "../state/amount_colours.js";
import { amountReasons } from "../state/amount_reasons.js";
import { inUnit, plain, readAmount, rounded } from "../state/amounts.js";
import { describeState } from "../state/tile_words.js";
import { toast } from "../ui/toast.js";
import { amountDraft } from "./amount/draft.js";
import { agreementOfAmounts, errorTable, scatterChart } from "./amount/panels.js";
import { AmountScale, amountSwatch } from "./amount/scale.js";
import { Task } from "./task.js";

export default class Amount extends Task {
  tour = () => import("./amount/tour.js");
  keptKeys = ["PageUp", "PageDown"]; // ten steps, in place of one tile
  letters = ["e"];
  modes = { state: "State", value: "Amount", width: "Width", confidence: "Confidence" };
  pointModes = { class: "Labels", work: "Work", predicted: "Model", confidence: "Confidence" };
  orders = [
    ["width", "Narrowest interval first"],
    ["-width", "Widest interval first"],
  ];
  lacks = { rare_percent: "Amounts name no classes.", compare_modalities: "Amounts name no classes." };
  nothingSuspect = "Nobody disagrees, and no amount lies far from what a model that has not seen it says.";

  get #within() {
    return `±${inUnit(this.options.tolerance, this.options)}`;
  }

  rightness(share) {
    return `Within ${this.#within} on about ${share} of the ground`;
  }

  steadiness(level) {
    return `The last two models lie within ${this.#within} of each other on ${percent(level)} of a fixed set of tiles; 98% counts as stable.`;
  }

  static draft(holder) {
    return amountDraft(holder);
  }

  settings(holder) {
    const { name, unit, low, high, step, tolerance } = this.options;
    const shown = (value) => inUnit(value, this.options);
    const rows = {
      Name: name,
      Unit: unit || "none",
      Range: `${shown(low)} to ${shown(high)}`,
      Step: shown(step),
      Tolerance: `±${shown(tolerance)}`,
    };
    const list = Object.entries(rows).flatMap(([title, text]) => [element("dt", {}, title), element("dd", {}, text)]);
    holder.querySelector("[data-ref=amount]").replaceChildren(...list);
    holder.querySelector("[data-ref=scale]").replaceChildren(new AmountScale(this.options).node);
  }

  amountOf(said) {
    return said.value?.amount ?? null;
  }

  text(said) {
    const amount = this.amountOf(said);
    if (amount === null) return super.text(said);
    const own = said.value.uncertainty;
    return `${inUnit(amount, this.options)}${own ? ` ± ${plain(own, this.options)}` : ""}`;
  }

  nodes(said) {
    const amount = this.amountOf(said);
    return amount === null ? [super.text(said)] : [amountSwatch(amount, this.options), this.text(said)];
  }

  // 20.5 to 44, or "" where the model gives no interval
  interval({ value }) {
    if (value?.low === undefined || value?.low === null) return "";
    return `${plain(value.low, this.options)} to ${plain(value.high, this.options)}`;
  }

  // As finely as the step: a card has little room.
  card({ value }) {
    const shown = (amount) => plain(rounded(amount, this.options), this.options);
    const ends = this.interval({ value }) && [shown(value.low), shown(value.high)].join(" to ");
    return [
      amountSwatch(value.amount, this.options),
      element("b", {}, shown(value.amount)),
      element("small", {}, ends),
    ];
  }

  suggested(said) {
    const title = `Within the tolerance by ${percent(said.confidence)}`;
    return [
      element("b", { class: "class" }, this.nodes(said)),
      element("span", { class: "number", title }, ` ${this.interval(said)} `),
    ];
  }

  async desk(page) {
    const { AmountDesk } = await import("./amount/desk.js");
    return new AmountDesk(this, page);
  }

  summary(items) {
    const amounts = items.map((item) => this.amountOf(item)).filter((amount) => amount !== null);
    if (amounts.length === 0) return [];
    const [least, most] = [Math.min(...amounts), Math.max(...amounts)];
    const words =
      least === most ? inUnit(least, this.options) : `${plain(least, this.options)} to ${inUnit(most, this.options)}`;
    return [amountSwatch((least + most) / 2, this.options), words];
  }

  // A field for the right amount; C takes the keys to it, Enter sends it.
  corrector({ keys, correct }) {
    const field = this.#field("Right amount", (amount) => correct({ amount, uncertainty: null }), "C");
    keys.bind("c", "Write the right amount", () => field.querySelector("input").focus(), { group: "Correct" });
    return [field, new AmountScale(this.options).node];
  }

  #field(title, send, key = null) {
    const input = element("input", {
      type: "text",
      inputmode: "decimal",
      size: 7,
      "aria-label": title,
      autocomplete: "off",
    });
    const submit = (event) => {
      event.preventDefault();
      const { value, problem } = readAmount(input.value, this.options);
      if (problem || value === null) return toast(problem || "Write the right amount first.");
      input.value = "";
      input.blur();
      send(value);
    };
    const button = element("button", { type: "submit" }, "Correct ", key && element("kbd", {}, key));
    return element(
      "form",
      { class: "row amount-form", onsubmit: submit },
      input,
      element("span", {}, this.options.unit),
      button,
    );
  }

  paint(tile, mode) {
    if (mode === "value") return paintAmount(tile, this.options);
    return mode === "width" ? paintWidth(tile, this.options) : super.paint(tile, mode);
  }

  legend(mode) {
    if (mode === "value") return amountLegend(this.options);
    return mode === "width" ? widthLegend(this.options) : super.legend(mode);
  }

  describe(tile) {
    const shown = (value) => (value === null || value === undefined ? "" : inUnit(value, this.options));
    const wide = tile.width ? `, ${shown(tile.width)} wide` : "";
    const suggested = shown(tile.suggested_value) && !tile.audit ? `${shown(tile.suggested_value)}?${wide}` : "";
    return describeState(tile, { said: shown(tile.value), suggested });
  }

  pointColour(point, mode) {
    const value = mode === "class" ? point.label : point.predicted;
    return value === null || value === undefined ? null : amountColour(value, this.options);
  }

  pointSpeaks(point, mode) {
    return this.pointColour(point, mode) !== null;
  }

  pointScale(mode) {
    return ["class", "predicted"].includes(mode) ? new AmountScale(this.options).node : null;
  }

  pointWords({ label, predicted }) {
    const shown = (value) => (value === null || value === undefined ? "" : inUnit(value, this.options));
    return { label: shown(label), predicted: shown(predicted) };
  }

  mistakes({ scatter }, pictures) {
    if (!scatter?.length) return { title: "Estimates beside the truth", nodes: [] };
    const note = "Each dot is an audit, with the interval that the model gives. On the diagonal it is right.";
    return {
      title: "Estimates beside the truth",
      nodes: [scatterChart(scatter, this.options, pictures), element("p", { class: "faint" }, note)],
    };
  }

  scores({ amount }) {
    return {
      title: "How far off it is",
      nodes: Object.values(amount ?? {}).some(Boolean) ? [errorTable(amount, this.options)] : [],
    };
  }

  suspect(item) {
    const [given, suggested] = [item.given, item.suggested].map((value) => rounded(value, this.options));
    const shown = (value) => inUnit(value, this.options);
    return {
      about: `Tile ${item.index}: ${shown(given)}, or ${shown(suggested)}?`,
      given: ["Label", [amountSwatch(given, this.options), shown(item.given)]],
      suggested: [
        item.kind === "people" ? "Others" : "Model",
        [amountSwatch(suggested, this.options), shown(suggested)],
      ],
      alike: "A look-alike",
      sentences: amountReasons(item, this.options),
      keep: shown(item.given),
      choicesTitle: "Or give another amount",
      choicesWords: "or take",
      choices: [
        {
          nodes: [amountSwatch(suggested, this.options), shown(suggested)],
          key: "t",
          likely: true,
          answer: valued(suggested),
        },
      ],
      other: (relabel) => this.#field("Right amount", (amount) => relabel(valued(amount))),
    };
  }

  relabelKeys() {
    return [["t", "Take the amount that speaks against it"]];
  }

  agreement({ agreement }) {
    return agreementOfAmounts(agreement);
  }

  person({ bias, tiles }) {
    const by =
      bias === undefined || bias === null
        ? ""
        : `, ${inUnit(Math.abs(bias), this.options)} ${bias < 0 ? "below" : "above"} on average`;
    return { sentence: `answered ${tiles ?? 0} tiles with others${by}`, nodes: [] };
  }
}

const valued = (amount) => ({ value: { amount, uncertainty: null } });
