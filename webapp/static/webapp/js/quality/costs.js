// What a label takes, for owners: by person, class and way of saying it, and what more labels would cost.
import { byId, element, headings } from "../lib/dom.js";
import { duration, number } from "../lib/format.js";
import { get } from "../lib/request.js";
import { urls } from "../ui/shell.js";

const TABLES = { people: "Person", classes: "Class", ways: "Way" };

export async function showCosts(project) {
  const holder = byId("costs");
  if (!holder) return;
  const [told, error] = await get(urls.get("api:costs", project), { quiet: true });
  const few = "Not told yet: five labels that were given one by one are needed.";
  if (error || !told.everybody) return holder.replaceChildren(element("p", { class: "muted" }, error?.message ?? few));
  const tables = Object.entries(TABLES).filter(([name]) => told[name].length);
  holder.replaceChildren(sum(told.everybody), ...tables.map(([name, title]) => table(title, told[name])));
}

// hours and price of so many labels more, at everybody's pace
function sum({ per_hour: perHour }) {
  const labels = element("input", { type: "number", min: 1, value: 500, "aria-label": "Labels" });
  const rate = element("input", { type: "number", min: 0, value: 30, "aria-label": "Price of an hour" });
  const out = element("output", { class: "number" });
  const show = () => {
    const hours = Number(labels.value) / perHour;
    out.textContent = `${duration(hours * 3600)} of work, ${number(Math.round(hours * Number(rate.value)))}`;
  };
  for (const each of [labels, rate]) each.addEventListener("input", show);
  show();
  return element("p", { class: "row" }, labels, " labels more, at ", rate, " an hour: ", out);
}

function table(title, rows) {
  const head = [title, "Labels", "Seconds", "An hour", "Keys and clicks"];
  const cells = ({ name, labels, seconds, per_hour: perHour, interactions }) => [
    name,
    number(labels),
    seconds.toFixed(1),
    number(Math.round(perHour)),
    interactions === null ? "–" : number(interactions),
  ];
  const row = (each) =>
    element(
      "tr",
      {},
      cells(each).map((cell, at) =>
        element(at ? "td" : "th", { class: at ? "number" : null, scope: at ? null : "row" }, cell),
      ),
    );
  return element(
    "div",
    { class: "scroll" },
    element("table", {}, element("thead", {}, element("tr", {}, headings(head))), element("tbody", {}, rows.map(row))),
  );
}
