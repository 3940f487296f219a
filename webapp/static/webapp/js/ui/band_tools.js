// Which bands are shown, and with what contrast.
import { element } from "../lib/dom.js";
import { Emitter } from "../lib/events.js";

const STRETCHES = {
  usual: "Usual",
  stored: "As stored (8 bits)",
  percentile: "2–98%",
  minmax: "Full range",
  stddev: "±2 std. dev.",
};

export class BandTools extends Emitter {
  // Fires "style". `nodes` go into the page.
  constructor(scenes) {
    super();
    const composites = new Map(
      scenes.flatMap(({ sensor }) => sensor.composites.map(({ name, title }) => [name, title])),
    );
    this.composite = this.select([...composites]);
    this.stretch = this.select(Object.entries(STRETCHES));
    this.nodes = composites.size > 0 ? [labelled("Bands", this.composite), labelled("Stretch", this.stretch)] : [];
  }

  select(entries) {
    const options = entries.map(([value, title]) => element("option", { value }, title));
    return element("select", { onchange: () => this.fire("style") }, options);
  }

  cycle(step) {
    const { options, selectedIndex } = this.composite;
    if (options.length === 0) return;
    this.composite.selectedIndex = (selectedIndex + step + options.length) % options.length;
    this.fire("style");
  }

  bindKeys(keys, group) {
    keys.bind("b", "Next band view", () => this.cycle(1), { group });
    keys.bind("Shift+b", "Previous band view", () => this.cycle(-1), { group });
  }

  style() {
    return { composite: this.composite.value || null, stretch: this.stretch.value };
  }

  // A scene whose sensor lacks the composite is shown by its own first one.
  styleOf(scene) {
    const known = scene.sensor.composites.some(({ name }) => name === this.composite.value);
    return { composite: known ? this.composite.value : null, stretch: this.stretch.value };
  }
}

function labelled(title, field) {
  return element("label", { class: "inline" }, title, field);
}
