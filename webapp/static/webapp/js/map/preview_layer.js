// What a tool would paint: filled faintly in the colour of the class, with a light edge that shows on any picture.

const EDGE = [255, 255, 255, 235];
const FAINT = 110; // of 255

export class PreviewLayer {
  #canvas = document.createElement("canvas");
  #overlay = null;
  #shown = null;
  #colour = null;

  constructor(view) {
    this.view = view;
    this.#canvas.className = "tile-brush tile-preview";
  }

  resize({ width, height }) {
    this.#overlay?.remove();
    Object.assign(this.#canvas, { width, height });
    this.#overlay = this.view.overlay(this.#canvas, "cursor");
    this.#shown = null;
  }

  // Show { pixels } in a colour "rgb(r g b)", or nothing; say whether that is new.
  show(preview, colour = null) {
    if (preview === this.#shown && colour === this.#colour) return false;
    this.#shown = preview;
    this.#colour = colour;
    const { width, height } = this.#canvas;
    const context = this.#canvas.getContext("2d");
    context.clearRect(0, 0, width, height);
    if (preview) context.putImageData(drawn(preview.pixels, width, height, colour), 0, 0);
    this.#overlay?.redraw();
    return true;
  }
}

function drawn(pixels, width, height, colour) {
  const image = new ImageData(width, height);
  const fill = [...(colour?.match(/\d+/g) ?? ["255", "255", "255"]).map(Number), FAINT];
  for (let at = 0; at < pixels.length; at += 1) {
    if (!pixels[at]) continue;
    const x = at % width;
    const whole =
      x > 0 && x < width - 1 && pixels[at - 1] && pixels[at + 1] && pixels[at - width] && pixels[at + width];
    image.data.set(whole ? fill : EDGE, 4 * at);
  }
  return image;
}
