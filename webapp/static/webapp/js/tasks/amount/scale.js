// The colour scale of an amount: the range with its ticks, the amount on show and the model's interval.
import { element } from "../../lib/dom.js";
import { amountColour, rampAt, shareOf } from "../../state/amount_colours.js";
import { inUnit, plain } from "../../state/amounts.js";

const STOPS = [0, 0.2, 0.4, 0.6, 0.8, 1];

export class AmountScale {
  constructor(options) {
    this.options = options;
    this.interval = element("i", { class: "interval", hidden: true });
    this.mark = element("i", { class: "mark", hidden: true });
    const colours = STOPS.map((share) => `${rampAt(share)} ${100 * share}%`).join(", ");
    const bar = element(
      "div",
      { class: "bar", style: { background: `linear-gradient(to right, ${colours})` } },
      this.interval,
      this.mark,
    );
    const { low, high } = options;
    const ticks = [low, (low + high) / 2, high].map((value, at) =>
      element("span", {}, at === 1 ? plain(value, options) : inUnit(value, options)),
    );
    this.node = element(
      "div",
      {
        class: "amount-scale",
        role: "img",
        "aria-label": `Colours from ${inUnit(low, options)} to ${inUnit(high, options)}`,
      },
      bar,
      element("div", { class: "ticks number" }, ticks),
    );
  }

  // value: on show, or null; suggested: { low, high } of the model's, or null
  show(value, suggested = null) {
    this.mark.hidden = value === null;
    this.interval.hidden = suggested?.low === undefined || suggested?.low === null;
    if (value !== null) this.mark.style.setProperty("--at", inside(shareOf(value, this.options)));
    if (this.interval.hidden) return;
    this.interval.style.setProperty("--from", inside(shareOf(suggested.low, this.options)));
    this.interval.style.setProperty("--to", inside(shareOf(suggested.high, this.options)));
  }
}

export function amountSwatch(value, options) {
  return element("i", { class: "swatch", style: { "--colour": amountColour(value, options) } });
}

const inside = (share) => Math.min(Math.max(share, 0), 1);
