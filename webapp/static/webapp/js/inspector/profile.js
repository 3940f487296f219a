// The height profile along a line: a key at its beginning, the same key at its end, and once more to be rid of it.
import { Latest } from "../lib/latest.js";
import { profileText } from "../state/inspection.js";
import { Chart } from "./charts.js";

const HOW = "Press Shift P where the line begins, and again where it ends.";

export class Profile {
  #line = [];

  // parts: { section, chart, message }; draw(line) shows it on the stage; addressOf(item, line)
  constructor(parts, { addressOf, draw }) {
    Object.assign(this, { parts, addressOf, draw });
    this.chart = new Chart(parts.chart);
    this.latest = new Latest();
    this.latest.on("data", (told) => this.#show(told));
    this.latest.on("error", (error) => this.#say(error.message));
  }

  // A new tile: the line is gone.
  start(item) {
    this.parts.section.hidden = !item?.scenes.some(({ modality }) => modality === "elevation");
    this.#drop();
  }

  // The key was pressed at a place.
  press({ item, x, y }) {
    if (this.parts.section.hidden) return;
    if (this.#line.length === 2) {
      this.#drop();
      return;
    }
    this.#line.push({ x, y });
    this.draw(this.#line);
    if (this.#line.length < 2) this.#say("Now go to where the line ends, and press Shift P again.");
    else this.latest.ask(this.addressOf(item, this.#line));
  }

  // The pointer goes on from where the line begins.
  follow(point) {
    if (this.#line.length === 1) this.draw([...this.#line, point]);
  }

  #drop() {
    this.latest.drop();
    if (this.#line.length) this.draw([]);
    this.#line = [];
    this.#say(HOW);
  }

  #show(told) {
    const about = profileText(told);
    const lines = [{ label: "Height", stroke: "--accent", width: 2 }];
    this.#say(about, true);
    this.chart.show([told.distance_m, told.height_m], { lines, unit: "m", about: `Height profile: ${about}` });
  }

  #say(text, drawn = false) {
    this.parts.chart.hidden = !drawn;
    this.parts.message.textContent = text;
    if (!drawn) this.chart.clear();
  }
}
