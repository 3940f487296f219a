// The classes that people gave single laser returns, for whoever draws these; and who takes a lasso that is drawn there.
import { Emitter } from "../lib/events.js";

class GivenClasses extends Emitter {
  classes = []; // { code, name, colour } of the project
  taker = null; // takes a lasso of a profile: ({ scene, line, width, metres, polygon }, event), while that tool is in hand
  #codes = new Map(); // sample and scene -> a class code for each return, 0 for none

  // Fires "change" with the sample's id, and "taker" where the tool was taken up or laid down.
  take(taker) {
    if (Boolean(taker) === Boolean(this.taker)) return;
    this.taker = taker;
    this.fire("taker");
  }

  tell(sample, scene, codes) {
    if (codes?.some(Boolean)) this.#codes.set(`${sample}:${scene}`, codes);
    else this.#codes.delete(`${sample}:${scene}`);
    this.fire("change", sample);
  }

  // What is drawn of a cloud -> the same in the colours of what was given, with these classes in its legend
  over(painted, sample, scene) {
    const codes = this.#codes.get(`${sample}:${scene}`);
    if (!codes) return painted;
    const colours = painted.colours.slice();
    const counts = new Map();
    for (let at = 0; at < codes.length; at += 1) {
      if (!codes[at]) continue;
      counts.set(codes[at], (counts.get(codes[at]) ?? 0) + 1);
      const { colour } = this.#classOf(codes[at]);
      for (let channel = 0; channel < 3; channel += 1) {
        colours[3 * at + channel] = Number.parseInt(colour.slice(1 + 2 * channel, 3 + 2 * channel), 16);
      }
    }
    const given = [...counts].map(([code, count]) => ({ ...this.#classOf(code), count }));
    return { colours, legend: { ...painted.legend, given } };
  }

  #classOf(code) {
    return this.classes.find((each) => each.code === code) ?? { name: `Class ${code}`, colour: "#ffffff" };
  }
}

export const given = new GivenClasses();
