// Question: Y says yes, N says no, and goes on.
import { Task } from "./task.js";

export default class Question extends Task {
  letters = ["y", "n"];

  async desk({ commands, labelling }) {
    for (const [name, key, yes] of [
      ["yes", "y", true],
      ["no", "n", false],
    ]) {
      commands.add(name, key, name, () => labelling.answer({ value: { yes } }), { group: "Answers" });
    }
    return { load() {}, clear() {}, prefetch() {} };
  }

  text({ value, verdict, text }) {
    return value && "yes" in value ? (value.yes ? "yes" : "no") : super.text({ verdict, text });
  }
}
