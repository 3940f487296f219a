// Unfinished masks kept in the browser, one for each sample, so that a reload or a crash loses no stroke.

const KEPT = 50;

// Return pixels as text: runs of "code*length".
export function toRuns(pixels) {
  const runs = [];
  for (let start = 0, i = 1; i <= pixels.length; i += 1) {
    if (i < pixels.length && pixels[i] === pixels[start]) continue;
    runs.push(`${pixels[start]}*${i - start}`);
    start = i;
  }
  return runs.join(" ");
}

// Return the `length` pixels of such a text, or null when it does not tell of that many.
export function fromRuns(text, length) {
  const pixels = new Uint8Array(length);
  let at = 0;
  for (const run of text.split(" ")) {
    const [code, count] = run.split("*").map(Number);
    if (!(count > 0) || !(code >= 0 && code <= 255) || at + count > length) return null;
    pixels.fill(code, at, at + count);
    at += count;
  }
  return at === length ? pixels : null;
}

export class Drafts {
  // `storage`: localStorage, or anything like it, `scope`: what sets this person and project apart
  constructor(storage, scope) {
    this.storage = storage;
    this.prefix = `terrascribe:draft:${scope}:`;
  }

  // Keep this sample's pixels; say whether there was room.
  save(sample, pixels, now = Date.now()) {
    const text = JSON.stringify({ at: now, runs: toRuns(pixels) });
    const others = this.#newestFirst().filter((key) => key !== this.prefix + sample);
    for (const key of others.splice(KEPT - 1)) this.storage.removeItem(key);
    for (;;) {
      try {
        this.storage.setItem(this.prefix + sample, text);
        return true;
      } catch {
        // The browser's store is full: an older draft gives way.
        if (!others.length) return false;
        this.storage.removeItem(others.pop());
      }
    }
  }

  // Return this sample's pixels, or null.
  load(sample, length) {
    try {
      const { runs } = JSON.parse(this.storage.getItem(this.prefix + sample));
      return fromRuns(runs, length);
    } catch {
      return null;
    }
  }

  // Forget this sample's draft.
  drop(sample) {
    this.storage.removeItem(this.prefix + sample);
  }

  #newestFirst() {
    const age = (key) => Number(/^\{"at":(\d+)/.exec(this.storage.getItem(key))?.[1] ?? 0);
    const keys = Object.keys(this.storage).filter((key) => key.startsWith(this.prefix));
    return keys.sort((a, b) => age(b) - age(a));
  }
}
