// The tabs of a project: in a row where there is room for all of them, in a menu that a button opens where there is not.
import { element } from "../lib/dom.js";

export class PageMenu {
  constructor(nav) {
    this.nav = nav;
    this.bar = nav.parentElement;
    nav.id ||= "pages";
    const attributes = { type: "button", class: "quiet pages-button", "aria-controls": nav.id, hidden: true };
    this.button = element("button", attributes);
    this.button.append(nav.querySelector("[aria-current]")?.textContent.trim() ?? "Pages", " ▾");
    nav.before(this.button);
    this.#listen();
    this.#open(false);
    new ResizeObserver(() => this.#fold()).observe(this.bar);
  }

  // Fold the row where a tab would not be seen whole.
  #fold() {
    this.bar.classList.remove("folded");
    const folded = this.nav.scrollWidth > this.nav.clientWidth;
    this.bar.classList.toggle("folded", folded);
    this.button.hidden = !folded;
    if (!folded) this.#open(false);
  }

  #open(open) {
    this.button.setAttribute("aria-expanded", String(open));
    this.nav.classList.toggle("open", open);
  }

  #listen() {
    this.button.addEventListener("click", () => this.#open(this.button.ariaExpanded !== "true"));
    document.addEventListener("click", ({ target }) => {
      if (!this.button.contains(target) && !this.nav.contains(target)) this.#open(false);
    });
    this.bar.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || this.button.ariaExpanded !== "true") return;
      this.#open(false);
      this.button.focus();
    });
  }
}
