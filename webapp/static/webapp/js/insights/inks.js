// The page's colours for a canvas, which cannot read light-dark() by itself.
import { element } from "../lib/dom.js";

// inksOf(node, ["ink", "line"]) -> { ink: "rgb(…)", line: "rgb(…)" } as they are in the present theme.
export function inksOf(holder, names) {
  const probe = element("i", { hidden: true });
  holder.append(probe);
  const inks = {};
  for (const name of names) {
    probe.style.color = `var(--${name})`;
    inks[name] = getComputedStyle(probe).color;
  }
  probe.remove();
  return inks;
}

// Runs when the theme or the system's preference changes.
export function onTheme(run) {
  new MutationObserver(run).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", run);
}

// A canvas as large as its box, sharp on dense screens -> { context, width, height } in px of the page.
export function sharpen(canvas) {
  const { width, height } = canvas.getBoundingClientRect();
  const scale = globalThis.devicePixelRatio || 1;
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const context = canvas.getContext("2d");
  context.scale(scale, scale);
  return { context, width, height };
}
