// A secret that is shown once: it is on the page only while this is open.
import { element } from "../lib/dom.js";
import { openDialog } from "./dialog.js";
import { toast } from "./toast.js";

export function showOnce(title, secret) {
  const key = element("input", {
    type: "text",
    class: "secret",
    readonly: true,
    value: secret,
    "aria-label": "Shown once",
  });
  key.addEventListener("focus", () => key.select());
  const copy = async () => {
    key.focus();
    try {
      await navigator.clipboard.writeText(secret);
      toast("Copied.");
    } catch {
      toast("The browser does not let the page copy: it is selected, press Ctrl+C.");
    }
  };
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
