// Every encoder that the project may use: whose it is, what speaks against it here, and the way to it.
import { element } from "../lib/dom.js";

const ORIGINS = {
  shipped: "",
  installed: "installed by the operator",
  finetune: "of this project",
  pretrain: "of this project",
};

// choices: of the server; onUse(choice) or null for people who may not.
export function encoderChoice(choices, present, onUse) {
  return element(
    "ul",
    { class: "choices" },
    choices.map((choice) => choiceRow(choice, present, onUse)),
  );
}

function choiceRow(choice, present, onUse) {
  const { key, title, origin, card, refusal } = choice;
  const notes = [ORIGINS[origin], origin === "installed" && card.licence].filter(Boolean).join(" · ");
  return element(
    "li",
    {},
    element("b", {}, title),
    element("small", { class: "faint" }, notes),
    key === present ? element("span", { class: "tag" }, "in use") : onUse && !refusal && take(choice, onUse),
    refusal && element("p", { class: "muted" }, refusal),
  );
}

function take(choice, onUse) {
  const title = `Go over to ${choice.title}`;
  return element("button", { type: "button", title, "aria-label": title, onclick: () => onUse(choice) }, "Take it");
}
