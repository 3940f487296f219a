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
  drawPart(canvas, { pixels, width }, palette, [0, 0, width, height]);
}

// Draw those in a box [left, top, right, bottom] anew.
export function drawPart(canvas, { pixels, width }, palette, [left, top, right, bottom]) {
  if (right <= left || bottom <= top) return;
  const image = new ImageData(right - left, bottom - top);
  const colours = new Uint32Array(image.data.buffer);
  let at = 0;
  for (let row = top; row < bottom; row += 1) {
    for (let index = row * width + left; index < row * width + right; index += 1) {
      colours[at] = palette[pixels[index]];
      at += 1;
    }
  }
  canvas.getContext("2d").putImageData(image, left, top);
}
