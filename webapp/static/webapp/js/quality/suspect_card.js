// One label to look at again: the tile large, what was said, what speaks against it, and one key for each decision.
import { element } from "../lib/dom.js";
import { reasonsOf } from "../state/suspects.js";
import { maskImage } from "../ui/mask_image.js";
import { tileStrip } from "../ui/tile_strip.js";
import { areaOutline } from "./area_outline.js";

// actions: { keep(), relabel(code), linkOf(sample), imageOf(sample, query), maskOf(item), palette, tilePx, margin,
// reserved }; an item with an area speaks of that part of a painted tile
export function suspectCard(item, classes, classOf, actions) {
  const { linkOf, imageOf, margin } = actions;
  const suggested = classOf(item.suggested);
  const picture = element("img", {
    src: imageOf(item.sample, { margin }),
    alt: `Tile ${item.index} with its surroundings`,
  });
  const title = `Labelled ${suggested?.name ?? "so"}`;
  return element(
    "article",
    { class: "suspect", "aria-label": `Tile ${item.index}` },
    element(
      "div",
      { class: "stack" },
      element(
        "div",
        { class: "frame" },
        picture,
        element("i", { "aria-hidden": "true" }),
        item.area && areaOutline(item.area, actions.tilePx),
      ),
      item.area && asPainted(item, actions),
    ),
    element(
      "div",
      { class: "stack" },
      element(
        "dl",
        { class: "said" },
        element("dt", {}, item.area ? "Painted" : "Label"),
        element("dd", {}, mark(classOf(item.given)), item.audit && element("span", { class: "tag audit" }, "audit")),
        element("dt", {}, whoSays(item)),
        element("dd", {}, mark(suggested)),
      ),
      reasonsOf(item, classOf).map((text) => element("p", {}, text)),
      item.alike?.length > 0 && tileStrip(item.alike, { linkOf, imageOf, title }),
      element("div", { class: "row decide" }, keepButton(item, classOf, actions), openLink(item, linkOf)),
      relabelButtons(item, classes, actions),
    ),
  );
}

function whoSays({ kind, area }) {
  if (kind !== "people") return "Model";
  return area ? "Also" : "Together";
}

function asPainted(item, { maskOf, palette, tilePx }) {
  return element(
    "figure",
    { class: "as-painted" },
    element("div", {}, maskImage(maskOf(item), palette), areaOutline(item.area, tilePx)),
    element("figcaption", { class: "faint" }, "The tile as it is painted, with the same outline"),
  );
}

function mark(found) {
  if (!found) return "–";
  return [element("i", { class: "swatch", style: { "--colour": found.colour } }), found.name];
}

function keepButton(item, classOf, { keep }) {
  const name = item.area ? "it as painted" : (classOf(item.given)?.name ?? "it");
  return element(
    "button",
    { type: "button", class: "primary", onclick: keep },
    `Keep ${name} `,
    element("kbd", {}, "K"),
  );
}

function openLink(item, linkOf) {
  const href = linkOf(item.sample);
  return (
    href &&
    element("a", { class: "button quiet", href, target: "_blank", rel: "noopener" }, "Open ", element("kbd", {}, "O"))
  );
}

function relabelButtons(item, classes, { relabel, reserved }) {
  const buttons = classes
    .filter(({ code }) => code !== item.given)
    .map(({ code, name, colour, hotkey }) =>
      element(
        "button",
        { type: "button", class: code === item.suggested ? "likely" : null, onclick: () => relabel(code) },
        element("i", { class: "swatch", style: { "--colour": colour } }),
        name,
        hotkey && !reserved.includes(hotkey) && element("kbd", {}, hotkey.toUpperCase()),
      ),
    );
  return element(
    "div",
    { class: "row palette", role: "group", "aria-label": item.area ? "Or repaint the outlined area" : "Or label it" },
    element("span", { class: "faint" }, item.area ? "or repaint the outlined area as" : "or"),
    buttons,
  );
}
