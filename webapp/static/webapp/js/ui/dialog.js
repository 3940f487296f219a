// Dialogs: the browser's own <dialog>, which keeps focus inside and closes on Esc.

import { element } from "../lib/dom.js";

// openDialog("Title", [nodes], { wide }) -> the dialog; it is removed when it closes.
export function openDialog(title, content, { wide = false } = {}) {
  const dialog = element(
    "dialog",
    { class: wide ? "wide" : null, "aria-label": title },
    element("div", { class: "inner" }, element("h2", {}, title), content),
  );
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  document.body.append(dialog);
  dialog.showModal();
  dialog.scrollTop = 0; // a focused button at the end would hide the beginning
  return dialog;
}

// ask("Retire this class?", "Its labels stay.", { yes: "Retire", danger: true }) -> Promise<boolean>
export function ask(title, text, { yes = "Yes", danger = false } = {}) {
  return new Promise((resolve) => {
    let answer = false;
    const confirm = () => {
      answer = true;
      dialog.close();
    };
    const dialog = openDialog(title, [
      element("p", {}, text),
      element(
        "div",
        { class: "actions" },
        element("button", { type: "button", onclick: () => dialog.close() }, "Cancel"),
        element(
          "button",
          { type: "button", class: danger ? "danger" : "primary", autofocus: true, onclick: confirm },
          yes,
        ),
      ),
    ]);
    dialog.addEventListener("close", () => resolve(answer));
  });
}
