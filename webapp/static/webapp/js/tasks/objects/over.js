// Objects over a picture of their tile that fills its frame.
import { figures, sheet } from "./figures.js";

const PICTURE = 128; // px of the screen, about what a card's picture measures

// objects: { side, markOf }; signs are left out where many would hide what they stand for
export function objectsOver(things, { side, markOf }, { picture = PICTURE } = {}) {
  const node = sheet(side);
  node.append(...figures(things, { scale: picture / side, markOf, signs: things.length <= 12 }));
  return node;
}
