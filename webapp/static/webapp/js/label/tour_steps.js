// The steps of the guided tour. What is said of answering comes from the kind of label; the rest is the same for all.
import { keyCap } from "../ui/key_cap.js";
import { urls } from "../ui/shell.js";

// -> [{ title, text: nodes, at: selectors, the first that is seen counts; answered, undone, leads, key: what ends it }]
export async function tourSteps({ task, keyOf, project, may }) {
  const { default: words } = await task.tour();
  const { answer, undo, sure } = words(task, keyOf);
  return [
    { ...answer, answered: true },
    { title: "Nothing is final", undone: true, ...undo },
    suggestion(sure),
    page(project, "project", "All tiles on a map", [
      "The overview colours every tile by its state, by what was said of it, or by how sure the model is; a click on one opens it here. Below stands how good the model is, by your audits.",
    ]),
    may.review &&
      page(project, "review", "Accept by the hundred", [
        "Once the model is worth it, review its suggestions as a sheet of pictures: click out what is wrong, ",
        keyCap("a"),
        " accepts the rest, and all of it can be undone.",
      ]),
    page(project, "exports", "Take your labels along", [
      "Maps for QGIS, tables, masks, COCO, YOLO and more: each says what it cannot carry.",
    ]),
    {
      title: "All keys, and this tour",
      at: ["#help"],
      key: "?",
      text: [keyCap("?"), " lists every key of a page, lets you change them, and starts this tour again."],
    },
  ].filter(Boolean);
}

function suggestion(sure) {
  return {
    title: "What the model thinks",
    at: ["#hint .suggestion", "#hint", "#panel"],
    text: [
      "After the first labels the model’s suggestion stands here. ",
      ...sure,
      " Why it asks for this tile stands below. Audits show neither: labelled without help, they measure the model.",
    ],
  };
}

function page(project, name, title, text) {
  return { title, text, leads: true, at: [`.bar nav a[href="${urls.get(name, project.id)}"]`, ".pages-button"] };
}
