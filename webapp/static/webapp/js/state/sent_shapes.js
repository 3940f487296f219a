// Shapes as they travel: { class: CODE, polygon: [[[x, y], ...], hole, ...] }.

const FINEST = 1000; // parts of a pixel

export function toSent({ code, rings }) {
  const rounded = (value) => Math.round(value * FINEST) / FINEST;
  return { class: code, polygon: rings.map((ring) => ring.map(({ x, y }) => [rounded(x), rounded(y)])) };
}

export function fromSent({ class: code, polygon }) {
  return { code, rings: polygon.map((ring) => ring.map(([x, y]) => ({ x, y }))) };
}
