// Small choices that the browser remembers; storage may be forbidden or full, then they last as long as the page.

export function recall(key, fallback = null) {
  try {
    return JSON.parse(localStorage.getItem(`terrascribe:${key}`)) ?? fallback;
  } catch {
    return fallback;
  }
}

export function remember(key, value) {
  try {
    localStorage.setItem(`terrascribe:${key}`, JSON.stringify(value));
  } catch {
    // Nothing is lost but a preference.
  }
}
