// Pixels as text: runs of "code*length".

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
  for (const run of String(text).split(" ")) {
    const [code, count] = run.split("*").map(Number);
    if (!(count > 0) || !(code >= 0 && code <= 255) || at + count > length) return null;
    pixels.fill(code, at, at + count);
    at += count;
  }
  return at === length ? pixels : null;
}
