// The menu of what lies around the imagery: a basemap of another server below it, drawings over it. Off until asked for.
import { element } from "../lib/dom.js";
import { recall, remember } from "../lib/memory.js";
import { OverlayList } from "./overlay_list.js";

export class ContextMenu {
  // basemaps: what the operator offers; scope: whose choice it is
  constructor({ view, basemaps, project, own, scope }) {
    Object.assign(this, { view, basemaps });
    this.key = `basemap:${scope}`;
    this.root = element("details", { class: "menu context" }, element("summary", {}, "Context"), element("div", {}));
    if (basemaps.length) this.root.lastElementChild.append(this.#basemapChoice());
    this.overlays = new OverlayList({ view, project, own, scope });
  }

  // Fetch what there is; say whether there is anything to choose.
  async load() {
    if (await this.overlays.load()) this.root.lastElementChild.append(this.overlays.root);
    return this.root.lastElementChild.hasChildNodes();
  }

  #basemapChoice() {
    const kept = this.basemaps.find(({ name }) => name === recall(this.key)) ?? null;
    const options = [null, ...this.basemaps].map((each) => {
      const show = () => this.#showBasemap(each);
      const box = element("input", { type: "radio", name: "basemap", checked: each === kept, onchange: show });
      return element("label", { class: "inline" }, box, each?.name ?? "No basemap");
    });
    this.view.basemap(kept);
    return element("fieldset", { class: "plain" }, element("legend", {}, "Below the scenes"), options);
  }

  #showBasemap(basemap) {
    remember(this.key, basemap?.name ?? null);
    this.view.basemap(basemap);
  }
}
