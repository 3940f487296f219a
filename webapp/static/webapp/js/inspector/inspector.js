// The inspector: what lies at the cursor of the stage, or at a place that was pinned and is moved by keys.
import { byId, refsOf } from "../lib/dom.js";
import { Emitter } from "../lib/events.js";
import { Latest } from "../lib/latest.js";
import { recall, remember } from "../lib/memory.js";
import { gridText, lonlatText, moved, scenesToAsk, spoken } from "../state/inspection.js";
import { Profile } from "./profile.js";
import { Series } from "./series.js";
import { Spectrum } from "./spectrum.js";
import { valuesOf } from "./values.js";
import { Without } from "./without.js";

const SPOKEN_AFTER_MS = 500; // a place that is left before is not worth a word

export class Inspector extends Emitter {
  #place = null; // { item, x, y }
  #pinned = false;
  #speaking = null;

  // urls: addresses by name; classes: of the project; memory: under which it is remembered whether it was left open;
  // place: where the pointer is, or null
  constructor({ stage, urls, project, classes, scope, memory, place }) {
    super();
    Object.assign(this, { stage, urls, project, memory });
    this.root = byId("inspector");
    this.parts = refsOf(this.root);
    this.#makeParts(classes, scope);
    this.latest = new Latest();
    this.latest.on("waiting", () => this.root.setAttribute("aria-busy", "true"));
    this.latest.on("data", (told) => this.#show(told));
    this.latest.on("error", (error) => this.#fail(error));
    this.#listen();
    this.#open(recall(this.memory, false));
    if (stage.item) this.#begin(stage.item);
    if (place?.item === stage.item && stage.item) this.#hover(place);
  }

  get open() {
    return !this.root.hidden;
  }

  toggle() {
    this.#open(!this.open);
    remember(this.memory, this.open);
    if (this.open) this.#go(this.#place ?? middleOf(this.stage.item));
    else this.#stop();
  }

  // Keep the place, and mark it; or follow the pointer again.
  pin() {
    if (!this.#place) return;
    if (!this.open) this.toggle();
    this.#pinned = !this.#pinned;
    this.#mark();
  }

  // Move the place by pixels of the lattice; it is pinned then.
  move(step) {
    if (!this.#place || !this.open) return;
    this.#pinned = true;
    this.#go({ ...this.#place, ...moved(this.#place, step, this.#place.item.tile_px) });
    this.#mark();
  }

  // Begin or end the line of a profile here.
  draw() {
    if (!this.#place) return;
    if (!this.open) this.toggle();
    this.profile.press(this.#place);
  }

  // Ask what the model would say without what the active pane shows.
  omit() {
    if (!this.stage.item) return;
    if (!this.open) this.toggle();
    this.without.ask(this.stage.item, this.stage.active.scene);
  }

  // Somebody labelled a tile.
  learn() {
    if (this.open) this.spectrum.refresh();
  }

  #open(open) {
    this.root.hidden = !open;
    byId("inspect").setAttribute("aria-pressed", String(open));
  }

  #makeParts(classes, scope) {
    const { project, urls, parts } = this;
    const at = (name) => ({ section: parts[name], chart: parts[`${name}-chart`], message: parts[`${name}-message`] });
    const spectra = { ...at("spectrum"), legend: parts["spectrum-legend"], axis: parts["spectrum-axis"] };
    this.spectrum = new Spectrum(spectra, { address: urls.get("api:spectra", project), classes });
    const asked = { asked: parts["series-asked"], which: parts["series-which"], names: parts["series-names"] };
    this.series = new Series(
      { ...at("series"), ...asked },
      {
        memory: `series:${scope}`,
        addressOf: ({ item, x, y }, expression) =>
          urls.get("api:sample-series", project, item.sample, { x: x.toFixed(2), y: y.toFixed(2), expression }),
      },
    );
    this.without = new Without(at("without"), {
      addressOf: (item, modality) => urls.get("api:sample-without", project, item.sample, { modality }),
    });
    this.profile = new Profile(at("profile"), {
      addressOf: (item, line) => urls.get("api:sample-profile", project, item.sample, { points: cornersText(line) }),
      draw: (line) => this.stage.paintable || this.stage.view.sketch(line.length ? { rings: [line] } : null),
    });
  }

  #listen() {
    this.stage.on("shown", (item) => this.#begin(item));
    this.stage.on("pane", () => this.open && this.#place && this.#ask());
    this.stage.on("hover", (point) => point && this.#hover(point));
    this.parts.close.addEventListener("click", () => this.toggle());
    this.parts.retry.addEventListener("click", () => this.#ask());
    for (const name of ["lonlat", "grid"]) {
      this.parts[`copy-${name}`].addEventListener("click", () => this.#copy(name));
    }
  }

  // A sample is on the screen: its middle, until somebody points. The same one in another view stays where it was.
  #begin(item) {
    if (this.#place?.item.sample === item.sample) return;
    this.#pinned = false;
    this.stage.cursor(null);
    this.profile.start(item);
    this.without.clear();
    this.#place = middleOf(item);
    if (this.open) this.#go(this.#place);
  }

  #hover(point) {
    this.profile.follow(point);
    if (this.#pinned) return;
    this.#place = point;
    if (this.open) this.#ask();
  }

  #go(place) {
    this.#place = place;
    if (place) this.#ask();
  }

  #ask() {
    const { item, x, y } = this.#place;
    const scenes = scenesToAsk(item, this.stage.active.scene).map(({ id }) => id);
    const place = { x: x.toFixed(2), y: y.toFixed(2), scenes: scenes.join() };
    this.latest.ask(this.urls.get("api:sample-cursor", this.project, item.sample, place));
    this.series.ask(this.#place);
  }

  #stop() {
    this.#pinned = false;
    this.stage.cursor(null);
    this.latest.drop();
    this.series.clear();
  }

  #mark() {
    this.stage.cursor(this.#pinned ? { x: this.#place.x, y: this.#place.y } : null);
    this.parts.pinned.hidden = !this.#pinned;
  }

  #show(told) {
    const first = this.stage.active.scene?.id;
    const scenes = told.scenes.toSorted((one, other) => (other.scene === first) - (one.scene === first));
    this.root.removeAttribute("aria-busy");
    this.parts.fault.hidden = true;
    this.parts.body.hidden = false;
    this.#tell("lonlat", lonlatText(told));
    this.#tell("grid", gridText(told));
    const kept = [...this.parts.values.querySelectorAll("details[open]")].map((each) => each.dataset.keep);
    this.parts.values.replaceChildren(...valuesOf(scenes));
    for (const name of kept) this.parts.values.querySelector(`[data-keep="${name}"]`)?.setAttribute("open", "");
    this.spectrum.show(scenes);
    this.series.offer([...new Set(scenes.flatMap(({ bands }) => bands.map(({ name }) => name)))]);
    this.#speak({ ...told, scenes });
  }

  #tell(name, text) {
    this.parts[name].textContent = text;
    this.parts[`${name}-row`].hidden = !text;
  }

  #speak(told) {
    clearTimeout(this.#speaking);
    this.#speaking = setTimeout(() => {
      this.parts.spoken.textContent = spoken(told);
    }, SPOKEN_AFTER_MS);
  }

  #fail(error) {
    this.root.removeAttribute("aria-busy");
    this.parts.fault.hidden = false;
    this.parts.body.hidden = true;
    this.parts["fault-text"].textContent = error.message;
  }

  async #copy(name) {
    const text = this.parts[name].textContent;
    try {
      await navigator.clipboard.writeText(text);
      this.fire("copied", text);
    } catch {
      getSelection().selectAllChildren(this.parts[name]); // forbidden: it is selected, to be copied by hand
    }
  }
}

function middleOf(item) {
  return item && { item, x: item.tile_px / 2, y: item.tile_px / 2 };
}

function cornersText(line) {
  return line.map(({ x, y }) => `${x.toFixed(2)},${y.toFixed(2)}`).join(";");
}
