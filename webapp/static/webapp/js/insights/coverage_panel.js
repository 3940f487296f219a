// The coverage section: the plane, what colours it, a legend that picks out one of its colours, and the tile under the pointer.
import { byId, element } from "../lib/dom.js";
import { count, percent } from "../lib/format.js";
import { describePoint, MARKS } from "../state/insights.js";
import { showTip } from "../ui/tip.js";
import { CoveragePlane } from "./coverage_plane.js";

const MARK_WORDS = [
  ["labelled", "labelled"],
  ["audit", "audit, labelled"],
  ["queued", "next in the queue"],
  ["open", "open"],
];

export class CoveragePanel {
  // linkOf(sample) -> address or null; imageOf(sample) -> address of its picture
  constructor(task, { linkOf, imageOf }) {
    const [mode] = Object.keys(task.pointModes);
    Object.assign(this, { task, linkOf, imageOf, mode, only: task.firstPick(mode), points: [] });
    this.plane = new CoveragePlane(byId("coverage"), task, mode);
    this.plane.on("hover", (what) => this.tell(what?.point, what?.place));
    this.plane.on("pick", ({ sample }) => linkOf(sample) && globalThis.open(linkOf(sample), "_blank", "noopener"));
    byId("coverage-modes").replaceChildren(this.modeButtons());
  }

  show(points, { explained, of }) {
    Object.assign(this, { points, of, explained });
    this.draw();
  }

  draw() {
    this.plane.show(this.points, { mode: this.mode, only: this.only });
    const labelled = this.points.filter(({ label }) => label !== null).length;
    const words = `${count(this.points.length, "tile")}, ${labelled} of them labelled. What looks alike to the encoder lies together. Arrow keys go from tile to tile, Enter opens one.`;
    byId("coverage").setAttribute("aria-label", words);
    byId("coverage-legend").replaceChildren(this.legend(), this.sentence());
    for (const button of byId("coverage-modes").querySelectorAll("button"))
      button.setAttribute("aria-checked", button.dataset.mode === this.mode);
  }

  sentence() {
    const some = this.points.length < this.of ? `${count(this.points.length, "tile")} of ${this.of}. ` : "";
    const text = `${some}Neighbours look alike to the encoder; the two directions keep ${percent(this.explained)} of what differs. Regions without labels are where the next ones teach most.`;
    return element("p", { class: "faint" }, text);
  }

  modeButtons() {
    const buttons = Object.entries(this.task.pointModes).map(([mode, title]) =>
      element("button", { type: "button", role: "radio", dataset: { mode }, onclick: () => this.setMode(mode) }, title),
    );
    return element("div", { class: "choice", role: "radiogroup", "aria-label": "Colour the tiles by" }, buttons);
  }

  setMode(mode) {
    Object.assign(this, { mode, only: this.task.firstPick(mode) });
    this.draw();
  }

  legend() {
    const marks = MARK_WORDS.map(([mark, words]) =>
      element("li", {}, element("i", { class: `mark ${mark}`, dataset: { mark: MARKS[mark] } }), words),
    );
    const picks = this.task.pointPicks(this.mode).map((item) => this.pickButton(item));
    const scale = this.task.pointScale(this.mode, this.only);
    return element("ul", { class: "plane-legend" }, picks, scale && element("li", { class: "scale" }, scale), marks);
  }

  pickButton({ code, name, colour }) {
    const pick = () => {
      this.only = this.only === code ? this.task.firstPick(this.mode) : code;
      this.draw();
      byId("coverage-legend").querySelector(`[data-code="${code}"]`)?.focus(); // the legend was drawn anew
    };
    const attributes = {
      type: "button",
      class: "quiet",
      "aria-pressed": String(this.only === code),
      dataset: { code },
      onclick: pick,
    };
    const mark = element("i", { class: "swatch", style: { "--colour": colour } });
    return element("li", {}, element("button", { ...attributes, title: `Show ${name} alone` }, mark, name));
  }

  tell(point, place) {
    const tip = byId("tip");
    if (!point) {
      showTip(tip, null);
      byId("coverage-said").textContent = "";
      return;
    }
    const { title, lines } = describePoint(point, this.task.pointWords(point));
    const image = element("img", { src: this.imageOf(point.sample), alt: "", width: 96, height: 96 });
    const words = element("div", {}, lines.length ? lines.map((line) => element("div", {}, line)) : "Open");
    showTip(tip, { title, text: element("div", { class: "tile-tip" }, image, words) }, place);
    byId("coverage-said").textContent = [title, ...lines].join(". ");
  }
}
