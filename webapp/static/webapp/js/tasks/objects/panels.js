// The insights page's panels of objects: how well they are found, how many there are, and the mistakes as pictures.
import { element, headings } from "../../lib/dom.js";
import { count } from "../../lib/format.js";
import { scoreTable } from "../named/scores.js";
import { objectsOver } from "./over.js";

const LOOSE = { ap30: ["AP 0.3", "Average precision; a box counts as right from an overlap (IoU) of 0.3 on"] };
const FIGURES = {
  precision: ["Right", "Of the objects that the model names, the share that is there (precision)"],
  recall: ["Found", "Of the objects that are there, the share that the model names (recall)"],
};
const STRIP = 96; // px of the screen
const MOST = 12; // pictures of a strip

// result: { ap50, ap30, precision, recall, audits, objects, classes: [{ code, ... }] }
export function objectTable(result, { classOf, objects }) {
  const fits = objects.boxed
    ? "a box counts as right from an overlap (IoU) of 0.5 on"
    : "a point counts as right nearby";
  const tight = { ap50: [objects.boxed ? "AP 0.5" : "AP", `Average precision; ${fits}`] };
  const all = { name: "All together", colour: "transparent" };
  const scores = result.classes.map((score) => ({ ...score, audits: score.audits ?? score.objects }));
  const classes = [...result.classes.map(({ code }) => classOf(code) ?? all), all];
  const table = scoreTable(classes, [...scores, { ...result, audits: result.objects }], {
    ...(objects.boxed ? LOOSE : {}),
    ...tight,
    ...FIGURES,
  });
  const last = table.querySelector("thead th:last-child");
  if (last) last.textContent = "Objects";
  return [element("div", { class: "scroll" }, table), element("p", { class: "faint" }, measured(result, objects))];
}

function measured({ audits, objects: number }, { one, many }) {
  return `By ${count(number, one, many)} on ${count(audits, "audit tile")}, which nobody chose.`;
}

// counted: { tiles, total: { value, low, high }, classes: [{ code, count }], labelled, labelled_tiles }
export function countTable(counted, { classOf, objects }) {
  const row = (name, { value, low, high }) =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, name),
      element("td", { class: "number" }, shown(value)),
      element("td", { class: "number" }, low === null ? "–" : `${shown(low)} to ${shown(high)}`),
    );
  const heads = headings(["How many there are", "About", "95% interval"]);
  const rows = counted.classes.map(({ code, count: number }) => row(classOf(code)?.name ?? String(code), number));
  const { tiles, labelled, labelled_tiles: own } = counted;
  const note = `On the ${count(tiles, "tile")} that nobody chose to label; ${count(labelled, objects.one, objects.many)} more on the ${count(own, "tile")} that people labelled.`;
  return [
    element(
      "div",
      { class: "scroll" },
      element(
        "table",
        { class: "scores" },
        element("thead", {}, element("tr", {}, heads)),
        element("tbody", {}, rows, row("All together", counted.total)),
      ),
    ),
    element("p", { class: "faint" }, note),
  ];
}

const shown = (value) => (value === null ? "–" : value.toLocaleString("en", { maximumFractionDigits: 1 }));

// mistakes: [{ kind: "false" | "missed", sample, index, object }]
export function mistakeStrips(mistakes, task, pictures) {
  if (!mistakes.length) return [element("p", { class: "muted" }, "No labelled audit shows a mistake so far.")];
  const kinds = [
    ["false", "Seen in error: the model names it, people do not"],
    ["missed", "Overlooked: people name it, the model does not"],
  ];
  return kinds.flatMap(([kind, title]) => {
    const those = mistakes.filter((each) => each.kind === kind);
    if (!those.length) return [];
    return [element("h3", {}, `${title} (${those.length})`), strip(those.slice(0, MOST), task, pictures)];
  });
}

function strip(mistakes, task, { linkOf, imageOf }) {
  const pictures = mistakes.map(({ sample, index, object }) => {
    const words = `Tile ${index}: ${task.classOf(object.class)?.name ?? object.class}`;
    const image = element("img", { src: imageOf(sample), alt: words, width: STRIP, height: STRIP, loading: "lazy" });
    const node = [image, objectsOver([object], task.objects, { picture: STRIP })];
    const href = linkOf(sample);
    return href
      ? element("a", { href, title: words, class: "with-objects" }, node)
      : element("span", { class: "with-objects" }, node);
  });
  return element("div", { class: "strip" }, pictures);
}
