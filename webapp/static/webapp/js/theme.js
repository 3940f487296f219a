// The theme, set before the first paint; a classic script because modules run too late for that.
(() => {
  let stored = null;
  try {
    stored = localStorage.getItem("theme");
  } catch {
    // Storage may be forbidden: then the system's preference holds.
  }
  if (stored === "light" || stored === "dark") document.documentElement.dataset.theme = stored;
})();
