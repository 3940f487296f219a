// Where a card lies that tells of something on the page: near it, on no control, and off what one looks at.

const STEP = 12; // px between places that are tried
const EDGE = 8; // px to the border of the window, and around controls
const NEVER = 1e6; // px of way that a covered px² costs: more than any window is wide
const SELDOM = 0.05; // and of what is only looked at

// size: { width, height }; all others are { left, top, width, height } in the window.
// target: what the card tells of; controls: never covered; shy: covered where there is no other room. -> { left, top }
export function placeCard(size, target, { room, controls, shy = [] }) {
  const kept = [target, ...controls].map(widened);
  let best = null;
  for (const top of places(room.height - size.height)) {
    for (const left of places(room.width - size.width)) {
      const card = { left, top, ...size };
      const cost = away(card, target) + NEVER * covered(card, kept) + SELDOM * covered(card, shy);
      if (!best || cost < best.cost) best = { left, top, cost };
    }
  }
  return { left: best.left, top: best.top };
}

// From edge to edge, the last place included; a window that is too small has one.
function places(most) {
  const last = Math.max(EDGE, most - EDGE);
  const steps = Math.floor((last - EDGE) / STEP);
  return [...Array.from({ length: steps + 1 }, (_, step) => EDGE + step * STEP), last];
}

function widened({ left, top, width, height }) {
  return { left: left - EDGE, top: top - EDGE, width: width + 2 * EDGE, height: height + 2 * EDGE };
}

function covered(card, others) {
  return others.reduce((sum, other) => sum + overlap(card, other), 0);
}

// px² that two rectangles share
export function overlap(one, other) {
  const across = Math.min(one.left + one.width, other.left + other.width) - Math.max(one.left, other.left);
  const down = Math.min(one.top + one.height, other.top + other.height) - Math.max(one.top, other.top);
  return Math.max(0, across) * Math.max(0, down);
}

// px between the middles
function away(one, other) {
  const across = one.left + one.width / 2 - other.left - other.width / 2;
  return Math.hypot(across, one.top + one.height / 2 - other.top - other.height / 2);
}
