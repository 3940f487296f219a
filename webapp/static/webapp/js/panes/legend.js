// The legend of a cloud's colours, and how many of its points are shown.
import { element } from "../lib/dom.js";
import { thinned } from "../state/returns.js";

const MOST_ROWS = 8;

export function drawLegend(holder, { title, ends, ramp, rows, given = [] }, returns) {
  const bar = () => [
    element("i", { class: "cloud-ramp", style: { background: `linear-gradient(to right, ${ramp.join(", ")})` } }),
    element("span", { class: "cloud-ends" }, element("span", {}, `${ends[0]}`), element("span", {}, `${ends[1]}`)),
  ];
  const list = () => element("ul", {}, rows.slice(0, MOST_ROWS).map(rowOf));
  const more = rows?.length > MOST_ROWS && element("p", {}, `and ${rows.length - MOST_ROWS} more`);
  const few = thinned(returns);
  const shown = rows ? rows.length > 0 && [list(), more] : ends.length > 0 && bar();
  holder.replaceChildren(
    element("b", {}, title),
    ...[shown].flat().filter(Boolean),
    ...(few ? [element("p", {}, few)] : []),
    ...(given.length ? [element("b", {}, "Given"), element("ul", {}, given.map(givenRow))] : []),
  );
  holder.hidden = returns.count === 0;
}

function givenRow({ name, colour, count }) {
  return rowOf({ title: `${name}, ${count.toLocaleString("en")}`, colour });
}

function rowOf({ title, colour }) {
  return element("li", {}, element("i", { style: { background: colour } }), title);
}
