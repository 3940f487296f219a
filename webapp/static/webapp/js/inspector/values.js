// Values of each scene at the place: a table of few bands, bars of backscatter; many bands are left to the spectrum.
import { element } from "../lib/dom.js";
import { barShares, isWide, numberText, sharedUnit, valueText } from "../state/inspection.js";

export function valuesOf(scenes) {
  return scenes.map((scene, at) => {
    const title = element("h3", {}, scene.title, " ", element("span", { class: "muted" }, dateText(scene)));
    return element("section", { class: "scene-values", "aria-label": scene.title }, title, body(scene, at));
  });
}

function body(scene, at) {
  if (scene.fault) return element("p", { class: "notice bad" }, scene.fault);
  if (scene.bands.every(({ value }) => value === null)) return element("p", { class: "muted" }, "No data here.");
  if (scene.modality === "sar") return bars(scene.bands);
  if (!isWide(scene)) return table(scene.bands);
  const known = scene.bands.filter(({ value }) => value !== null).length;
  const summary = element("summary", {}, `${known} of ${scene.bands.length} bands`);
  return element("details", { "data-keep": `bands-${at}` }, summary, table(scene.bands));
}

function table(bands) {
  const unit = sharedUnit(bands);
  return element(
    "table",
    {},
    unit ? element("caption", { class: "muted" }, `Unit: ${unit}`) : null,
    bands.map((band) =>
      element(
        "tr",
        {},
        element("th", { scope: "row" }, band.name, band.title && band.title !== band.name ? ` ${band.title}` : ""),
        element("td", { class: "number" }, band.value === null ? "no data" : numberText(band.value)),
        !unit && element("td", { class: "muted" }, band.value === null ? "" : band.unit),
      ),
    ),
  );
}

function bars(bands) {
  const shares = barShares(bands);
  return element(
    "dl",
    { class: "bars" },
    bands.map((band, at) => [
      element("dt", {}, band.polarisation ?? band.name),
      element("dd", { style: { "--share": shares[at] } }, element("i", { "aria-hidden": "true" }), valueText(band)),
    ]),
  );
}

function dateText({ acquired }) {
  return acquired ? String(acquired).slice(0, 10) : "";
}
