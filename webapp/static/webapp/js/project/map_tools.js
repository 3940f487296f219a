// The controls over a map: what colours the grid, which bands are shown, which scenes.
import { element } from "../lib/dom.js";
import { Emitter } from "../lib/events.js";
import { isOnMap, MAP_ENDS, sitesOf } from "../state/sites.js";
import { BandTools } from "../ui/band_tools.js";

export class MapTools extends Emitter {
  // Fires "mode" (its name) "scene" ({ id, visible }), "go" (a scene's id) and "site" (one of `sites`); `bands` fires "style".
  constructor(holder, scenes, modes) {
    super();
    this.holder = holder;
    this.titles = modes; // { mode: title }
    this.drawing = []; // buttons of which one at a time draws
    [this.mode] = Object.keys(modes);
    this.bands = new BandTools(scenes);
    this.modes = this.modeButtons();
    holder.replaceChildren(this.modes, ...this.bands.nodes);
    const placed = scenes.filter(({ bounds }) => bounds);
    if (placed.length > 1) holder.append(this.sceneMenu(placed));
    this.sites = sitesOf(placed.filter(isOnMap));
    this.site = -1; // which of them was gone to last
    if (this.sites.length) holder.append(this.siteMenu());
  }

  modeButtons() {
    const buttons = Object.entries(this.titles).map(([mode, title]) =>
      element("button", { type: "button", role: "radio", dataset: { mode }, onclick: () => this.setMode(mode) }, title),
    );
    const group = element("div", { class: "choice", role: "radiogroup", "aria-label": "Colour the tiles by" }, buttons);
    this.mark(group);
    return group;
  }

  setMode(mode) {
    this.mode = mode;
    this.mark(this.modes);
    this.fire("mode", mode);
  }

  mark(group) {
    for (const button of group.children) button.setAttribute("aria-checked", button.dataset.mode === this.mode);
  }

  cycleMode() {
    const names = Object.keys(this.titles);
    this.setMode(names[(names.indexOf(this.mode) + 1) % names.length]);
  }

  siteMenu() {
    const go = (at) => () => this.goToSite(at);
    const buttons = this.sites.map(({ title }, at) =>
      element("button", { type: "button", class: "quiet", onclick: go(at) }, title),
    );
    const summary = element("summary", {}, `${this.sites.length} sites`);
    return element("details", { class: "menu" }, summary, element("div", {}, buttons));
  }

  goToSite(at) {
    this.site = (at + this.sites.length) % this.sites.length;
    this.fire("site", this.sites[this.site]);
  }

  // A button to draw a box; chosen(area): it was drawn
  addAreaButton(view, { text, title, chosen }) {
    const isOn = () => button.getAttribute("aria-pressed") === "true";
    const use = (on) => {
      for (const each of this.drawing) each.setAttribute("aria-pressed", String(on && each === button));
      view.drawBox(on);
    };
    const onclick = () => use(!isOn());
    const button = element("button", { type: "button", "aria-pressed": "false", title, onclick }, text);
    this.drawing.push(button);
    view.on("area", (area) => {
      if (!isOn()) return;
      use(false);
      chosen(area);
    });
    this.holder.append(button);
    return button;
  }

  // One more way to colour the tiles
  addMode(mode, title) {
    if (mode in this.titles) return;
    this.titles = { ...this.titles, [mode]: title };
    const before = this.modes;
    this.modes = this.modeButtons();
    before.replaceWith(this.modes);
  }

  sceneMenu(scenes) {
    const beyond = scenes.filter((scene) => !isOnMap(scene));
    const items = scenes.filter(isOnMap).map(({ id, name }) => {
      const toggle = (event) => this.fire("scene", { id, visible: event.target.checked });
      const box = element("input", { type: "checkbox", checked: true, "aria-label": `Show ${name}`, onchange: toggle });
      const go = () => this.fire("go", id);
      return element(
        "div",
        { class: "scene" },
        box,
        element("button", { type: "button", class: "quiet", onclick: go }, name),
      );
    });
    return element(
      "details",
      { class: "menu" },
      element("summary", {}, `${scenes.length} scenes`),
      element("div", {}, items, beyond.map(wordsBeyond)),
    );
  }
}

// What the map cannot show is said to be elsewhere, not left out.
function wordsBeyond({ name }) {
  const text = `${name}: beyond the map, which ends at ${Math.floor(MAP_ENDS)}°; its tiles are on the label page.`;
  return element("p", { class: "muted beyond" }, text);
}

// paintSwatch(canvas, paint) comes from the map's own painter, so that legend and map cannot differ.
export function legend(rows, paintSwatch) {
  return element(
    "ul",
    {},
    rows.map(({ head, title, paint }) => {
      if (head) return element("li", { class: "class-group" }, head);
      const canvas = element("canvas", { width: 48, height: 36 });
      paintSwatch(canvas, paint);
      return element("li", {}, canvas, element("span", {}, title));
    }),
  );
}
