// One label to look at again: the tile large, what was said, what speaks against it, and one key for each decision.
import { element } from "../lib/dom.js";
import { tileStrip } from "../ui/tile_strip.js";

// doubt: how the kind of label tells it, see suspect() in tasks/task.js
// actions: { keep(), relabel(answer), linkOf(sample), imageOf(sample, query), margin, reserved }
export function suspectCard(item, doubt, actions) {
  const { linkOf, imageOf, margin } = actions;
  const picture = element("img", {
    src: imageOf(item.sample, { margin }),
    alt: `Tile ${item.index} with its surroundings`,
  });
  const frame = element("div", { class: "frame" }, picture, element("i", { "aria-hidden": "true" }), doubt.outline);
  return element(
    "article",
    { class: "suspect", "aria-label": `Tile ${item.index}` },
    element("div", { class: "stack" }, frame, doubt.below),
    element(
      "div",
      { class: "stack" },
      sides(item, doubt),
      doubt.sentences.map((text) => element("p", {}, text)),
      item.alike?.length > 0 && tileStrip(item.alike, { linkOf, imageOf, title: doubt.alike ?? "A look-alike" }),
      element("div", { class: "row decide" }, keepButton(doubt, actions), openLink(item, linkOf)),
      choiceButtons(doubt, actions),
    ),
  );
}

function sides(item, { given, suggested }) {
  const audit = item.audit && element("span", { class: "tag audit" }, "audit");
  return element(
    "dl",
    { class: "said" },
    element("dt", {}, given[0]),
    element("dd", {}, given[1], audit),
    element("dt", {}, suggested[0]),
    element("dd", {}, suggested[1]),
  );
}

function keepButton({ keep: name }, { keep }) {
  const attributes = { type: "button", class: "primary", onclick: keep };
  return element("button", attributes, `Keep ${name} `, element("kbd", {}, "K"));
}

function openLink(item, linkOf) {
  const href = linkOf(item.sample);
  return (
    href &&
    element("a", { class: "button quiet", href, target: "_blank", rel: "noopener" }, "Open ", element("kbd", {}, "O"))
  );
}

function choiceButtons({ choices, choicesTitle, choicesWords, other }, { relabel, reserved }) {
  const buttons = choices.map(({ nodes, key, likely, answer }) =>
    element(
      "button",
      { type: "button", class: likely ? "likely" : null, onclick: () => relabel(answer) },
      nodes,
      key && !reserved.includes(key) && element("kbd", {}, key.toUpperCase()),
    ),
  );
  return element(
    "div",
    { class: "row palette", role: "group", "aria-label": choicesTitle },
    element("span", { class: "faint" }, choicesWords),
    buttons,
    other?.(relabel),
  );
}
