// Tabs of one browser that keep things in the same storage: each has a name, and what a closed one left is found.

// Return storage keys `prefix` + tab name: this tab's own, and a function that hands over those of closed tabs.
export function tabStorage(prefix, storage = localStorage) {
  const name = Array.from(crypto.getRandomValues(new Uint32Array(2)), (part) => part.toString(36)).join("");
  const own = prefix + name;
  // The lock lives as long as the tab: whoever can take another tab's lock knows that it is gone.
  navigator.locks?.request(own, () => new Promise(() => {}));
  const forEachLeft = (take) => {
    const left = Object.keys(storage).filter((key) => key.startsWith(prefix) && key !== own);
    for (const key of left) ifClosed(key, () => take(key));
  };
  return { own, forEachLeft };
}

function ifClosed(key, run) {
  // Without locks (plain http on a network) nobody can tell: sending an answer twice only makes a second version.
  if (navigator.locks) navigator.locks.request(key, { ifAvailable: true }, (lock) => lock && run());
  else run();
}
