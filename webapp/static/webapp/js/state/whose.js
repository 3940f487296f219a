// Whose tiles are to label: how a tile is painted by that, its legend and its words. Without a document.
import { legendRow, paintWith } from "./colouring.js";

// Okabe and Ito (2008), without black; initials tell apart what has one colour
const FILLS = ["#56b4e9", "#e69f00", "#009e73", "#f0e442", "#cc79a7", "#0072b2", "#d55e00"];
const OTHER = { fill: "#888888", pattern: "hatch", sign: "–" };

export class Whose {
  #people = []; // who was assigned something, by name
  #of = new Map(); // assignment -> { username, about, note, due }

  // rows: of the API's assignments; all: whether they are everybody's, as owners are told, or one person's
  take(rows, all) {
    this.all = all;
    this.#of = new Map(rows.map((row) => [row.id, row]));
    this.#people = [...new Set(rows.map(({ username }) => username))].toSorted();
  }

  get any() {
    return this.#people.length > 0;
  }

  paint(tile) {
    if (!tile.assignment) return paintWith(tile, {});
    const row = this.#of.get(tile.assignment);
    const done = tile.state === "open" ? {} : { alpha: 0.25, sign: "✓" };
    return paintWith(tile, { ...(row ? this.#look(row.username) : OTHER), ...done });
  }

  legend() {
    const rows = this.#people.map((name) => legendRow(name, this.#look(name)));
    const done = legendRow("Answered", { fill: "#888888", alpha: 0.25, sign: "✓" });
    const others = this.all ? [] : [legendRow("Somebody else's", OTHER)];
    return [...rows, ...others, done, legendRow("Anybody's", {})];
  }

  // The words of a tile besides its title
  describe({ assignment }) {
    if (!assignment) return { text: "Anybody's" };
    const row = this.#of.get(assignment);
    if (!row) return { text: "Assigned to somebody else" };
    return { text: [`Assigned to ${row.username}`, row.note, row.due && `by ${row.due}`].filter(Boolean).join(", ") };
  }

  #look(name) {
    const at = this.#people.indexOf(name);
    return { fill: FILLS[at % FILLS.length], alpha: 0.6, sign: initials(name, this.#people) };
  }
}

// As many of the first letters as tell a name apart, three at most
function initials(name, people) {
  const others = people.filter((each) => each !== name);
  const lengths = [1, 2, 3];
  const enough = lengths.find((length) => others.every((each) => each.slice(0, length) !== name.slice(0, length)));
  return name.slice(0, enough ?? 3);
}
