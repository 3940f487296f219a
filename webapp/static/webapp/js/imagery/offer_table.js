// What a catalogue offers, a row an item: tick, picture, name, date, clouds, and what it becomes.
import { element } from "../lib/dom.js";

const TITLES = ["", "", "Item", "Date", "Clouds", "What it becomes"];

export class OfferTable {
  // onCount(ids of the ticked ones), onOver(id of the row that is looked at, or null)
  constructor(offers, { onCount, onOver }) {
    this.onCount = onCount;
    this.boxes = new Map(offers.map((offer) => [offer.id, this.#box(offer)]));
    this.rows = new Map(offers.map((offer) => [offer.id, rowOf(offer, this.boxes.get(offer.id), onOver)]));
    const head = TITLES.map((title) => element(title ? "th" : "td", title ? { scope: "col" } : {}, title));
    const body = element("tbody", {}, [...this.rows.values()]);
    const table = element("table", {}, element("thead", {}, element("tr", {}, head)), body);
    this.root = element("div", { class: "offers" }, table);
  }

  get ticked() {
    return [...this.boxes.values()].filter(({ checked }) => checked).map(({ value }) => value);
  }

  // Let one row stand out, or none.
  highlight(id) {
    for (const [each, row] of this.rows) row.classList.toggle("lit", each === id);
    this.rows.get(id)?.scrollIntoView({ block: "nearest" });
  }

  toggle(id) {
    const box = this.boxes.get(id);
    if (!box || box.disabled) return;
    box.checked = !box.checked;
    this.onCount(this.ticked);
  }

  #box({ id, status }) {
    return element("input", {
      type: "checkbox",
      value: id,
      checked: status === "accepted",
      disabled: status !== "accepted",
      "aria-label": `Add ${id}`,
      onchange: () => this.onCount(this.ticked),
    });
  }
}

function rowOf(offer, box, onOver) {
  const [enter, leave] = [() => onOver(offer.id), () => onOver(null)];
  const cloud = offer.cloud_cover === null ? "" : `${Math.round(offer.cloud_cover)} %`;
  const name = element("div", { class: "name" }, offer.id);
  return element(
    "tr",
    { onmouseenter: enter, onmouseleave: leave, onfocusin: enter, onfocusout: leave },
    element("td", {}, box),
    element("td", {}, pictureOf(offer)),
    element("td", {}, name, element("div", { class: "faint" }, offer.collection)),
    element("td", {}, offer.acquired?.slice(0, 10) ?? ""),
    element("td", { class: "number" }, cloud),
    element("td", { class: offer.status === "refused" ? "fault" : null }, whatOf(offer)),
  );
}

// Our server reads the picture where it lies; without one, or with a broken one, the frame stays empty.
function pictureOf({ picture_url: url }) {
  const frame = element("div", { class: "offer-picture" });
  if (url)
    frame.append(element("img", { src: url, alt: "", loading: "lazy", onerror: (event) => event.target.remove() }));
  return frame;
}

function whatOf({ status, message, bands }) {
  return status === "accepted" && bands.length ? bands.join(", ") : message;
}
