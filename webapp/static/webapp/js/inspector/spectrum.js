// The spectrum: this place over wavelengths, with mean and spread of each class so far.
import { element, svg } from "../lib/dom.js";
import { get } from "../lib/request.js";
import { withQuery } from "../lib/urls.js";
import { clearRange, drawnClasses, hasSpectrum, spectrumColumns } from "../state/inspection.js";
import { Chart } from "./charts.js";

const AGAIN_MS = 700; // while labelled tiles are left to read
const SPREAD = "40"; // opacity of the band, as CSS writes it

export class Spectrum {
  #told = new Map(); // sensor -> what the classes look like to it
  #asking = new Set();
  #scene = null;

  // parts: { section, chart, legend }; address: of the spectra of the project
  constructor(parts, { address, classes }) {
    Object.assign(this, { parts, address, classes });
    this.chart = new Chart(parts.chart, { height: 190 });
  }

  show(scenes) {
    const scene = scenes.find(hasSpectrum) ?? null;
    this.parts.section.hidden = !scene;
    this.#scene = scene;
    if (!scene) return;
    if (!this.#told.has(scene.sensor)) this.#ask(scene.sensor);
    this.#draw();
  }

  // Somebody labelled a tile: the classes look otherwise by now.
  refresh() {
    for (const sensor of this.#told.keys()) this.#ask(sensor);
  }

  async #ask(sensor) {
    if (this.#asking.has(sensor)) return;
    this.#asking.add(sensor);
    const [told] = await get(withQuery(this.address, { sensor }), { quiet: true });
    this.#asking.delete(sensor);
    if (!told) return;
    this.#told.set(sensor, told);
    if (!told.complete && document.visibilityState === "visible") setTimeout(() => this.#ask(sensor), AGAIN_MS);
    if (this.#scene?.sensor === sensor) this.#draw();
  }

  #draw() {
    const scene = this.#scene;
    const told = this.#told.get(scene.sensor)?.classes ?? [];
    const fitting = told.filter(({ mean }) => mean.length === scene.bands.length);
    const classes = drawnClasses(fitting, this.classes);
    const drawn = spectrumColumns(scene, classes);
    const { title, columns } = drawn;
    const few = columns[0].length <= 24;
    const here = { label: "Here", stroke: "--ink", width: 2.5, points: few ? { size: 5, fill: "--surface" } : null };
    const edge = { stroke: "transparent", width: 0 };
    const lines = classes.flatMap(({ name, colour, dash }) => [{ label: name, stroke: colour, dash }, edge, edge]);
    const bands = classes.map(({ colour }, at) => ({ series: [3 * at + 3, 3 * at + 2], fill: `${colour}${SPREAD}` }));
    const about = `Spectrum of ${scene.title} at this place${classes.length ? `, with ${classes.length} classes` : ""}.`;
    const range = clearRange(drawn);
    this.chart.show(columns, { lines: [...lines, here], bands, unit: scene.bands[0].unit, about, range });
    this.parts.axis.textContent = title === "nm" ? "Wavelength, nm" : "Number of the band";
    this.#list(classes);
  }

  #list(classes) {
    const rows = classes.map(({ name, colour, dash, count }) =>
      element("li", {}, swatch(colour, dash), name, element("span", { class: "muted" }, ` ${count}`)),
    );
    const none = element("li", { class: "muted" }, "Classes appear with their first labels.");
    this.parts.legend.replaceChildren(...(rows.length ? rows : [none]));
  }
}

function swatch(colour, dash) {
  const line = { x1: 0, x2: 26, y1: 5, y2: 5, stroke: colour, "stroke-width": 2, "stroke-dasharray": dash.join(" ") };
  return svg("svg", { viewBox: "0 0 26 10", width: 26, height: 10, "aria-hidden": "true" }, svg("line", line));
}
