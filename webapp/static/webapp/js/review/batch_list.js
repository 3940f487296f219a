// Earlier decisions: who decided on how many and when, each with its way back.
import { element, headings } from "../lib/dom.js";
import { ago, count } from "../lib/format.js";
import { get, post } from "../lib/request.js";
import { openDialog } from "../ui/dialog.js";
import { tellUndone } from "./decisions.js";

const VERBS = { accept: "accepted", reject: "rejected", correct: "corrected" };

// undone(batch): called after one was taken back
export async function showBatches({ list, undo, undone }) {
  const [answer, error] = await get(list);
  if (error) return;
  const takeBack = async (batch) => {
    dialog.close();
    const [done, failed] = await post(undo(batch.id), {});
    if (failed) return;
    tellUndone(done);
    undone(batch.id);
  };
  const close = element("button", { type: "button", autofocus: true, onclick: () => dialog.close() }, "Close");
  const dialog = openDialog(
    "Earlier decisions",
    [
      element("p", { class: "faint" }, "What somebody has changed since stays as it is; the history is kept."),
      answer.results.length > 0 ? batchTable(answer.results, takeBack) : element("p", {}, "Nothing was decided yet."),
      element("div", { class: "actions" }, close),
    ],
    { wide: true },
  );
}

function batchTable(batches, takeBack) {
  const head = headings(["Who", "What", "When", "Way back"]);
  const rows = batches.map((batch) =>
    element(
      "tr",
      {},
      element("td", {}, batch.reviewer),
      element("td", {}, `${count(batch.decided, "suggestion")} ${VERBS[batch.verdict]}`),
      element("td", { title: new Date(batch.created_at).toLocaleString() }, ago(batch.created_at)),
      element("td", {}, wayBack(batch, takeBack)),
    ),
  );
  return element(
    "table",
    { class: "batches" },
    element("thead", {}, element("tr", {}, head)),
    element("tbody", {}, rows),
  );
}

function wayBack(batch, takeBack) {
  if (batch.undone_at) return `${batch.undone} taken back by ${batch.undone_by}, ${ago(batch.undone_at)}`;
  if (!batch.may_undo) return `${batch.reviewer}'s, or an owner's`;
  return element("button", { type: "button", onclick: () => takeBack(batch) }, "Take back");
}
