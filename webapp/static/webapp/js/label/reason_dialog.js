// Why a tile is skipped or unsure: a number key for the common reasons, own words, or Enter for none.
import { element } from "../lib/dom.js";
import { isTyping } from "../lib/keys.js";
import { openDialog } from "../ui/dialog.js";

const REASONS = {
  skip: ["Cloud, haze or shadow", "Missing or broken pixels", "Cannot be told at this resolution", "Not my field"],
  unsure: ["Several classes in one tile", "Between two classes", "Its class is not in the list", "Too coarse to tell"],
};
const MISREGISTERED = "The two dates do not line up here"; // of a pair; exports tell it like any reason
const TITLES = { skip: "Skip this tile", unsure: "Unsure about this tile" };
const LONGEST = 300;

// askReason("skip", item) -> Promise of the reason ("": none given), or of null when the person thought better of it
export function askReason(verdict, { epochs = [] } = {}) {
  const reasons = [...REASONS[verdict], ...(epochs.length > 1 ? [MISREGISTERED] : [])];
  return new Promise((resolve) => {
    let reason = null;
    const done = (text) => {
      reason = text;
      dialog.close();
    };
    const words = element("input", { type: "text", maxlength: LONGEST, placeholder: "In your own words" });
    const choices = reasons.map((text, i) =>
      element("button", { type: "button", onclick: () => done(text) }, element("kbd", {}, String(i + 1)), text),
    );
    const enter = element(
      "button",
      { type: "submit", class: "primary", autofocus: true },
      "Go on",
      element("kbd", {}, "Enter"),
    );
    const submit = (event) => {
      event.preventDefault();
      done(words.value.trim());
    };
    const form = element(
      "form",
      { class: "reasons", onsubmit: submit },
      element("p", { class: "muted" }, "A reason helps whoever looks next. It may be left out."),
      choices,
      element("label", { class: "field" }, element("span", {}, "Other"), words),
      element("div", { class: "actions" }, enter),
    );
    const dialog = openDialog(TITLES[verdict], form);
    dialog.addEventListener("keydown", (event) => {
      const text = reasons[Number(event.key) - 1];
      if (!text || isTyping(event.target)) return;
      event.preventDefault();
      done(text);
    });
    dialog.addEventListener("close", () => resolve(reason));
  });
}
