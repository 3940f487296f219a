// Painting of one cell on a canvas: fill, hatch, sign and the ochre corner of an audit tile.

const SIGN_FROM_PX = 18; // smaller cells show no sign
const SWATCH_SCALE = 2; // canvas pixels for one of the page: sharp on dense screens
const AUDIT = "#e69f00";

export function paintCell(context, path, box, paint) {
  const { left, top, width, height } = box;
  if (paint.fill) {
    context.globalAlpha = paint.alpha;
    context.fillStyle = paint.pattern ? patternOf(context, paint.fill, paint.pattern) : paint.fill;
    context.fill(path);
    context.globalAlpha = 1;
  }
  if (paint.audit && width >= 6) paintCorner(context, left, top, Math.min(width, height) * 0.3);
  if (paint.sign && Math.min(width, height) >= SIGN_FROM_PX) paintSign(context, box, paint.sign);
}

// The same painting on a small canvas of the legend.
export function paintSwatch(canvas, paint) {
  const box = { left: 0, top: 0, width: canvas.width / SWATCH_SCALE, height: canvas.height / SWATCH_SCALE };
  const context = canvas.getContext("2d");
  context.scale(SWATCH_SCALE, SWATCH_SCALE);
  const path = new Path2D();
  path.rect(0, 0, box.width, box.height);
  paintCell(context, path, box, paint);
}

function paintCorner(context, left, top, size) {
  context.fillStyle = AUDIT;
  context.beginPath();
  context.moveTo(left + 1, top + 1);
  context.lineTo(left + 1 + size, top + 1);
  context.lineTo(left + 1, top + 1 + size);
  context.fill();
}

function paintSign(context, { left, top, width, height }, sign) {
  // Signs of neighbours must not touch.
  const size = Math.min(Math.max(height * 0.4, 9), 15, (width - 6) / (sign.length * 0.65));
  context.font = `600 ${size}px system-ui, sans-serif`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineWidth = 2.5;
  context.strokeStyle = "rgb(0 0 0 / 65%)";
  context.fillStyle = "#ffffff";
  context.strokeText(sign, left + width / 2, top + height / 2);
  context.fillText(sign, left + width / 2, top + height / 2);
}

const made = new Map();

function patternOf(context, colour, kind) {
  const key = `${colour} ${kind}`;
  if (!made.has(key)) made.set(key, context.createPattern(drawPattern(colour, kind), "repeat"));
  return made.get(key);
}

function drawPattern(colour, kind) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 8;
  const context = canvas.getContext("2d");
  context.globalAlpha = 0.35;
  context.fillStyle = colour;
  context.fillRect(0, 0, 8, 8);
  context.globalAlpha = 1;
  context.strokeStyle = colour;
  context.lineWidth = 2;
  stroke(context, [-2, 10, 10, -2], [-2, 2, 2, -2], [6, 10, 10, 6]);
  if (kind === "cross") stroke(context, [-2, -2, 10, 10], [6, -2, 10, 2], [-2, 6, 2, 10]);
  return canvas;
}

function stroke(context, ...lines) {
  context.beginPath();
  for (const [x1, y1, x2, y2] of lines) {
    context.moveTo(x1, y1);
    context.lineTo(x2, y2);
  }
  context.stroke();
}
