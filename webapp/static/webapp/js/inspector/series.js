// The time series: a band or arithmetic of bands at the place over all dates; cloudy ones are hollow.
import { element } from "../lib/dom.js";
import { Latest } from "../lib/latest.js";
import { recall, remember } from "../lib/memory.js";
import { seriesColumns, seriesText } from "../state/inspection.js";
import { Chart } from "./charts.js";

const LINES = [
  { label: "Clear", stroke: "--accent", spans: true, points: { size: 6, fill: "--accent" } },
  { label: "Cloudy", stroke: "--ink-3", points: { size: 6, fill: "--surface" }, paths: false },
];

export class Series {
  #address = null;
  #told = [];
  #chosen = 0;

  // parts: { section, chart, asked, which, message, names }; addressOf(place, expression)
  constructor(parts, { addressOf, memory }) {
    Object.assign(this, { parts, addressOf, memory });
    this.chart = new Chart(parts.chart);
    this.latest = new Latest({ pause: 300 });
    this.latest.on("data", ({ series }) => this.#show(series));
    this.latest.on("error", (error) => this.#say(error.message));
    this.latest.on("waiting", () => parts.section.setAttribute("aria-busy", "true"));
    parts.asked.value = recall(memory, "");
    parts.asked.addEventListener("change", () => this.#asked());
    parts.which.addEventListener("change", () => this.#choose(Number(parts.which.value)));
  }

  // place: { item, x, y }; a single date is no series
  ask(place) {
    const dated = place.item.scenes.filter(({ acquired }) => acquired);
    this.parts.section.hidden = dated.length < 2;
    this.#address = this.parts.section.hidden ? null : place;
    if (this.#address) this.latest.ask(this.addressOf(place, this.parts.asked.value.trim()));
  }

  clear() {
    this.latest.drop();
  }

  // Offer what bands there are to ask for.
  offer(names) {
    if (names.join() === this.offered) return;
    this.offered = names.join();
    this.parts.names.replaceChildren(...names.map((name) => element("option", { value: name })));
  }

  #asked() {
    remember(this.memory, this.parts.asked.value.trim());
    if (this.#address) this.ask(this.#address);
  }

  #show(series) {
    this.#told = series;
    const { which } = this.parts;
    which.hidden = series.length < 2;
    which.replaceChildren(...series.map(({ title }, at) => element("option", { value: at }, title)));
    this.#choose(Math.min(this.#chosen, Math.max(series.length - 1, 0)));
  }

  #choose(at) {
    this.#chosen = at;
    const series = this.#told[at];
    if (!series) {
      this.#say("No date of this tile is known.");
      return;
    }
    this.parts.which.value = at;
    const about = seriesText(series);
    this.chart.show(seriesColumns(series), { lines: LINES, time: true, unit: series.unit, about });
    this.#say(about, true);
  }

  #say(text, drawn = false) {
    this.parts.section.removeAttribute("aria-busy");
    this.parts.chart.hidden = !drawn;
    this.parts.message.textContent = text;
    if (!drawn) this.chart.clear();
  }
}
