// The returns of tiles, fetched once; the last few are kept.
import { send } from "../lib/request.js";
import { withQuery } from "../lib/urls.js";
import { readReturns } from "../state/returns.js";

const KEPT = 8;
const kept = new Map();

// The returns of a scene in an item's tile; throws what the server says where there are none to be had.
export function returnsOf(item, scene) {
  const address = withQuery(item.returns_url, { scene: scene.id });
  if (!kept.has(address)) {
    const answer = fetchReturns(address);
    answer.catch(() => kept.delete(address));
    kept.set(address, answer);
    while (kept.size > KEPT) kept.delete(kept.keys().next().value);
  }
  return kept.get(address);
}

async function fetchReturns(address) {
  const [buffer, error] = await send("GET", address, { quiet: true, binary: true });
  if (error) throw error;
  return readReturns(buffer);
}
