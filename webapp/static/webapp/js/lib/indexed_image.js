// Images whose pixels are class codes, drawn in the colours of the classes.

// Return class code -> colour as the canvas stores it; unlabelled pixels are clear.
export function paletteOf(classes) {
  const palette = new Uint32Array(256);
  const bytes = new Uint8Array(palette.buffer);
  for (const { code, colour } of classes) {
    const value = Number.parseInt(colour.slice(1), 16);
    bytes.set([value >> 16, (value >> 8) & 255, value & 255, 255], 4 * code);
  }
  return palette;
}

// Draw class codes on a canvas of their size.
export function drawIndexed(canvas, { pixels, width, height }, palette) {
  canvas.width = width;
  canvas.height = height;
  const image = new ImageData(width, height);
  const colours = new Uint32Array(image.data.buffer);
  for (const [index, code] of pixels.entries()) colours[index] = palette[code];
  canvas.getContext("2d").putImageData(image, 0, 0);
}
