// A secret that is shown once: it is on the page only while this is open.
import { element } from "../lib/dom.js";
import { copyText } from "./copy.js";
import { openDialog } from "./dialog.js";

export function showOnce(title, secret) {
  const key = element("input", {
    type: "text",
    class: "secret",
    readonly: true,
    value: secret,
    "aria-label": "Shown once",
  });
  key.addEventListener("focus", () => key.select());
  const copy = () => copyText(secret, key);
  const dialog = openDialog(title, [
    element("p", {}, "Copy it now and keep it like a password: it is not shown again."),
    key,
    element(
      "div",
      { class: "actions" },
      element("button", { type: "button", onclick: () => dialog.close() }, "Done"),
      element("button", { type: "button", class: "primary", autofocus: true, onclick: copy }, "Copy"),
    ),
  ]);
}
