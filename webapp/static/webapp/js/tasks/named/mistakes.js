// What the model takes for what: the table of audits, the worst mistake in words, and the tiles behind a cell.
import { element } from "../../lib/dom.js";
import { mistakes } from "../../state/insights.js";
import { tileStrip } from "../../ui/tile_strip.js";
import { confusionTable } from "./confusion_table.js";

// counted: the first words of the note on what the numbers count; pictures: { linkOf, imageOf } of samples
export function mistakeNodes(confusion, classes, counted, pictures) {
  if (!confusion) {
    const text = "No audit is labelled yet. Audits come up at random while you label.";
    return [element("p", { class: "muted" }, text)];
  }
  const shown = element("div", {});
  const tilesOf = (row, column) => confusion.tiles[`${row}-${column}`] ?? [];
  const onCell = ({ row, column }) => {
    const title = `People: ${classes[row].name}. Model: ${classes[column].name}.`;
    shown.replaceChildren(element("p", {}, title), tileStrip(tilesOf(row, column), { ...pictures, title }));
  };
  return [
    element("p", {}, worstSentence(confusion, classes)),
    element("div", { class: "scroll" }, confusionTable(classes, confusion.counts, { onCell, tilesOf })),
    element("p", { class: "faint" }, `${counted} with each row's shares. Press a number to see the tiles.`),
    shown,
  ];
}

function worstSentence({ counts }, classes) {
  const [worst] = mistakes(counts, 1);
  if (!worst) return "No audit contradicts it so far.";
  return `Most often it takes ${classes[worst.row].name} for ${classes[worst.column].name}.`;
}
