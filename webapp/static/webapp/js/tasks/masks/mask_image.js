// A class-index mask (grey PNG, 0 = unlabelled) painted in the colours of the classes.
import { element } from "../../lib/dom.js";
import { drawIndexed } from "../../lib/indexed_image.js";

export function maskImage(address, palette) {
  return maskOver(address, palette).node;
}

// -> { node, loading }: a promise that the mask is drawn, which fails where it could not be loaded
export function maskOver(address, palette) {
  const node = element("canvas", { "aria-hidden": "true" });
  const image = new Image();
  image.src = address;
  const loading = image.decode().then(() => drawIndexed(node, codesOf(image), palette));
  loading.catch(() => node.classList.add("broken")); // whoever shows it says so
  return { node, loading };
}

// Opaque grey survives a canvas unchanged, so one channel is the class code.
function codesOf(image) {
  const { naturalWidth: width, naturalHeight: height } = image;
  const canvas = element("canvas", { width, height });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, width, height);
  return { pixels: Uint8Array.from({ length: width * height }, (_, at) => data[4 * at]), width, height };
}
