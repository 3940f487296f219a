// What a contact sheet says of itself: what is ticked, what is not there yet, and what will never be accepted.
import { count, percent } from "../lib/format.js";

// -> { text, bad: whether something could not be loaded }
export function sheetNote(sheet) {
  const { waiting, broken } = sheet.unseen();
  const below = sheet.items.filter((item) => sheet.stateOf(item) === "unsure").length;
  const parts = [
    broken && `${count(broken, "picture")} could not be loaded: what nobody can see is never accepted.`,
    waiting && `${count(waiting, "picture")} not seen yet: A leaves ${waiting === 1 ? "it" : "them"} out.`,
    below && `${count(below, "card")} not ticked: less sure than ${percent(sheet.least)}, or given back.`,
  ].filter(Boolean);
  return { text: parts.join(" "), bad: broken > 0 };
}
