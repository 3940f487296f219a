// How the ground is cut into tiles: shown to all, changed by an owner until the first label.
import { byId, element } from "../lib/dom.js";
import { number } from "../lib/format.js";
import { get, patch } from "../lib/request.js";
import { urls } from "../ui/shell.js";
import { brokenState } from "../ui/states.js";
import { toast } from "../ui/toast.js";

export class Lattices {
  constructor(project, may, onChange) {
    Object.assign(this, { project, may, onChange });
  }

  async load() {
    const [lattices, error] = await get(urls.get("api:lattice-list", this.project.id), { quiet: true });
    if (error) return byId("lattices").replaceChildren(brokenState(error, () => this.load()));
    byId("ground").hidden = lattices.length === 0;
    byId("lattices").replaceChildren(...lattices.map((lattice) => this.#row(lattice)));
  }

  #row(lattice) {
    const cut = `${number(lattice.tiles)} tiles of ${lattice.tile_px} px`;
    const open = this.may.own && !lattice.fixed;
    return element(
      "li",
      { class: "row" },
      element("strong", {}, titleOf(lattice)),
      element("span", {}, cut),
      lattice.fixed && element("span", { class: "faint" }, lattice.fixed),
      open && this.#form(lattice),
      lattice.why && element("p", { class: "faint why" }, lattice.why),
    );
  }

  #form(lattice) {
    const field = (label, name, value, more) =>
      element("label", { class: "inline" }, label, element("input", { name, value, ...more }));
    const onsubmit = (event) => {
      event.preventDefault();
      this.#change(lattice, Object.fromEntries(new FormData(event.target)));
    };
    const mapped = [
      field("CRS", "crs", lattice.crs, { size: 12, required: true }),
      field(`${unitsOf(lattice.unit)} a pixel`, "resolution", lattice.resolution, {
        type: "number",
        step: "any",
        required: true,
      }),
    ];
    return element(
      "form",
      { class: "row", onsubmit, "aria-label": `Change ${titleOf(lattice)}` },
      lattice.crs && mapped,
      field("px a tile", "tile_px", lattice.tile_px, { type: "number", min: 8, max: 1024, required: true }),
      element("button", {}, "Cut anew"),
    );
  }

  async #change(lattice, wanted) {
    const fields = {};
    if (wanted.crs && wanted.crs !== lattice.crs) fields.crs = wanted.crs;
    if (wanted.resolution && (fields.crs || Number(wanted.resolution) !== lattice.resolution))
      fields.resolution = Number(wanted.resolution);
    if (Number(wanted.tile_px) !== lattice.tile_px) fields.tile_px = Number(wanted.tile_px);
    const [, error] = await patch(urls.get("api:lattice-detail", this.project.id, lattice.id), fields);
    if (!error) toast("The ground is cut anew: its tiles are embedded again.");
    this.onChange();
  }
}

function titleOf({ crs, resolution, unit, ready_made }) {
  if (ready_made) return "Ready-made chips";
  if (!crs) return "Image coordinates";
  const name = crs.length > 24 ? `${crs.slice(0, 22)}…` : crs;
  return `${name}, ${Number(resolution.toPrecision(4))} ${resolution === 1 ? unit : unitsOf(unit)} a pixel`;
}

function unitsOf(unit) {
  return unit.endsWith("foot") ? unit.replace(/foot$/, "feet") : `${unit}s`;
}
