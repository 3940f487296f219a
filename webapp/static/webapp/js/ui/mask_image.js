// A class-index mask (grey PNG, 0 = unlabelled) painted in the colours of the classes.
import { element } from "../lib/dom.js";

export function maskImage(address, classOf) {
  const canvas = element("canvas", { "aria-hidden": "true" });
  const image = new Image();
  image.onload = () => paint(canvas, image, classOf);
  image.src = address;
  return canvas;
}

function paint(canvas, image, classOf) {
  canvas.width = image.naturalWidth;
  canvas.height = image.naturalHeight;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(image, 0, 0);
  const pixels = context.getImageData(0, 0, canvas.width, canvas.height);
  const colours = new Map();
  for (let at = 0; at < pixels.data.length; at += 4) {
    const code = pixels.data[at];
    if (!colours.has(code)) colours.set(code, bytesOf(code === 0 ? null : classOf(code)));
    pixels.data.set(colours.get(code), at);
  }
  context.putImageData(pixels, 0, 0);
}

function bytesOf(labelClass) {
  if (!labelClass) return [0, 0, 0, 0];
  return [...[1, 3, 5].map((at) => Number.parseInt(labelClass.colour.slice(at, at + 2), 16)), 255];
}
