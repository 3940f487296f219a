// The guided tour: a card beside the control that a step is about; it goes on when the person does that, or presses Next.
import { element } from "../lib/dom.js";
import { comboOf } from "../lib/keys.js";
import { put } from "../lib/request.js";
import { keyboard } from "../state/keyboard.js";
import { placeCard } from "../state/placement.js";
import { urls } from "../ui/shell.js";
import { tourSteps } from "./tour_steps.js";

const CONTROLS = "a[href], button, input, select, textarea, summary, [role=button], [role=slider]";
const SHY = ".tile-frame.halo, #panel, .audit-flag, .locator";
const RING = 6; // px that the ring stands out
const PLACE = "terrascribe:tour"; // of the tab: whoever follows a link of the tour goes on where they were

export class Tour {
  #ending = null; // of its listeners, while it runs
  #at = 0;

  constructor(page) {
    this.page = page;
    this.labelling = page.labelling;
  }

  // From the step on at which a link of the tour led away
  resume() {
    return this.start(recalled());
  }

  async start(at = 0) {
    this.steps ??= await tourSteps(this.page);
    if (this.#ending) return this.card.focus();
    this.before = document.activeElement;
    this.#build();
    this.#listen();
    this.#show(Math.min(at, this.steps.length - 1));
    this.card.focus({ preventScroll: true });
  }

  end() {
    const inside = this.card.contains(document.activeElement);
    this.#ending.abort();
    this.#ending = null;
    this.unbind();
    this.card.remove();
    this.ring.remove();
    note(null);
    put(urls.get("api:tour"), { wanted: false }, { quiet: true, keepalive: true });
    if (inside) this.before.focus?.();
  }

  #build() {
    const button = (text, attributes) => element("button", { type: "button", ...attributes }, text);
    this.step = element("p", { class: "faint" });
    this.title = element("h2", { id: "tour-title" });
    this.text = element("p", { id: "tour-text" });
    this.back = button("Back", { onclick: () => this.#show(this.#at - 1) });
    this.further = button("Next", { class: "primary", onclick: () => this.#next() });
    const skip = button(["Skip the tour ", element("kbd", {}, "Esc")], { class: "quiet", onclick: () => this.end() });
    const said = element("div", { "aria-live": "polite", "aria-atomic": "true" }, this.step, this.title, this.text);
    const names = { role: "dialog", "aria-labelledby": "tour-title", "aria-describedby": "tour-text", tabindex: -1 };
    this.card = element("section", { class: "tour", ...names });
    this.card.append(said, element("div", { class: "actions" }, skip, this.back, this.further));
    this.ring = element("div", { class: "tour-ring", "aria-hidden": "true" });
    document.body.append(this.ring, this.card);
  }

  #listen() {
    this.#ending = new AbortController();
    const { signal } = this.#ending;
    const place = () => requestAnimationFrame(() => this.#ending?.signal === signal && this.#place());
    const done = (what) => this.steps[this.#at][what] && this.#next();
    this.unbind = this.page.keys.bind("Escape", "End the tour", () => this.end(), { group: "Everywhere" });
    this.card.addEventListener("keydown", (event) => event.key === "Tab" && event.stopPropagation());
    this.labelling.on("answered", () => done("answered"), { signal });
    this.labelling.queue.on("move", () => this.labelling.current?.mine && done("undone"), { signal });
    this.labelling.queue.on("move", place, { signal });
    document.addEventListener("keydown", (event) => this.#pressed(event), { signal, capture: true });
    document.addEventListener("click", ({ target }) => this.#clicked(target), { signal });
    for (const type of ["click", "toggle", "scroll"]) document.addEventListener(type, place, { signal, capture: true });
    window.addEventListener("resize", place, { signal });
    const watch = new ResizeObserver(place);
    for (const node of document.querySelectorAll("#panel, #hint, #stage")) watch.observe(node);
    signal.addEventListener("abort", () => watch.disconnect());
  }

  #pressed(event) {
    const { key } = this.steps[this.#at];
    if (key && keyboard.asked(comboOf(event)) === key) this.#next();
  }

  // The control itself was used; a link leads away, and the tour goes on after it.
  #clicked(target) {
    const { key, leads } = this.steps[this.#at];
    if ((key || leads) && this.target.matches("a, #help") && this.target.contains(target)) this.#next();
  }

  #next() {
    if (this.#at + 1 < this.steps.length) this.#show(this.#at + 1);
    else this.end();
  }

  #show(at) {
    this.#at = at;
    const { title, text } = this.steps[at];
    const last = at + 1 === this.steps.length;
    this.step.textContent = `Step ${at + 1} of ${this.steps.length}`;
    this.title.textContent = title;
    this.text.replaceChildren(...text);
    this.back.disabled = at === 0;
    this.further.textContent = last ? "Done" : "Next";
    note(at);
    this.#find();
    scrollTo(0, 0); // where the page is longer than the window: as much of the picture as can be, for the card
    this.target.scrollIntoView({ block: "nearest" });
    this.#place();
  }

  #find() {
    const nodes = this.steps[this.#at].at.map((selector) => document.querySelector(selector));
    this.target = nodes.find((node) => node?.getClientRects().length && node.offsetHeight) ?? document.body;
  }

  #place() {
    this.#find();
    const target = rect(this.target);
    const room = { width: document.documentElement.clientWidth, height: innerHeight };
    const others = (selector) => [...document.querySelectorAll(selector)].filter((node) => this.#isOther(node));
    const controls = others(CONTROLS)
      .map(rect)
      .filter(({ width }) => width);
    const { width, height } = rect(this.card);
    const { left, top } = placeCard({ width, height }, target, { room, controls, shy: others(SHY).map(rect) });
    Object.assign(this.card.style, { left: `${left}px`, top: `${top}px` });
    for (const [side, px] of Object.entries(seen(target, room))) this.ring.style[side] = `${px}px`;
  }

  #isOther(node) {
    return !this.card.contains(node) && node.checkVisibility({ visibilityProperty: true });
  }
}

function rect(node) {
  const { left, top, width, height } = node.getBoundingClientRect();
  return { left, top, width, height };
}

// What the window shows of a rectangle, with room for the ring around it
function seen({ left, top, width, height }, room) {
  const [x, y] = [Math.max(left, RING), Math.max(top, RING)];
  const [right, bottom] = [Math.min(left + width, room.width - RING), Math.min(top + height, room.height - RING)];
  return { left: x, top: y, width: Math.max(0, right - x), height: Math.max(0, bottom - y) };
}

function recalled() {
  try {
    return Number(sessionStorage.getItem(PLACE)) || 0;
  } catch {
    return 0;
  }
}

function note(at) {
  try {
    if (at === null) sessionStorage.removeItem(PLACE);
    else sessionStorage.setItem(PLACE, String(at));
  } catch {
    // Storage may be forbidden: the tour then begins anew on each page.
  }
}
