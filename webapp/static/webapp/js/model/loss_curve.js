// The live curve of a training as hand-written SVG: loss (and validation loss) over the steps of all its stages.
import { svg } from "../lib/dom.js";

const SIZE = { width: 560, height: 120, left: 34, right: 8, top: 8, bottom: 18 };

// points: [{ stage, step, loss, validation }] in order; stages: their titles.
export function lossCurve(points, stages) {
  const known = points.filter(({ loss }) => Number.isFinite(loss));
  if (known.length < 2) return null;
  const values = known.flatMap(({ loss, validation }) => (Number.isFinite(validation) ? [loss, validation] : [loss]));
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const x = (at) => SIZE.left + (at / (known.length - 1)) * (SIZE.width - SIZE.left - SIZE.right);
  const y = (value) => SIZE.top + ((high - value) / (high - low || 1)) * (SIZE.height - SIZE.top - SIZE.bottom);
  const root = svg("svg", {
    class: "chart losses",
    viewBox: `0 0 ${SIZE.width} ${SIZE.height}`,
    role: "img",
    "aria-label": `Loss from ${known[0].loss} to ${known.at(-1).loss}.`,
  });
  root.append(...levels(low, high, y), ...parts(known, stages, x));
  for (const [name, kind] of [
    ["loss", "line"],
    ["validation", "line second"],
  ]) {
    for (const run of runs(known, name)) root.append(line(run, kind, name, x, y));
  }
  return root;
}

function levels(low, high, y) {
  return [high, low].flatMap((level) => [
    svg("line", { class: "level", x1: SIZE.left, x2: SIZE.width - SIZE.right, y1: y(level), y2: y(level) }),
    svg("text", { class: "tick", x: SIZE.left - 5, y: y(level) + 3.5, "text-anchor": "end" }, level.toPrecision(2)),
  ]);
}

function parts(known, stages, x) {
  const firsts = known.map(({ stage }, at) => (at === 0 || known[at - 1].stage !== stage ? [at, stage] : null));
  return firsts
    .filter(Boolean)
    .flatMap(([at, stage]) => [
      svg("line", { class: "level", x1: x(at), x2: x(at), y1: SIZE.top, y2: SIZE.height - SIZE.bottom }),
      svg("text", { class: "tick", x: x(at) + 2, y: SIZE.height - 5 }, stages[stage] ?? ""),
    ]);
}

// The stretches of points with a value, broken where the next stage begins.
function runs(known, name) {
  const stretches = [];
  let stage = null;
  known.forEach((point, at) => {
    if (!Number.isFinite(point[name])) return;
    if (point.stage !== stage) stretches.push([]);
    stage = point.stage;
    stretches.at(-1).push({ at, value: point[name] });
  });
  return stretches;
}

function line(run, kind, title, x, y) {
  const path = run.map(({ at, value }) => `${x(at).toFixed(1)},${y(value).toFixed(1)}`).join(" ");
  return svg("polyline", { class: kind, points: path }, svg("title", {}, title));
}
