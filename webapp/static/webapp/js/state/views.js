// The ways to look at a sample: each band composite of each of its scenes.

// Return [{scene, composite, title}] of a queue item.
export function viewsOf(item) {
  const several = item.scenes.length > 1;
  return item.scenes.flatMap((scene) =>
    scene.composites.map(({ name, title }) => ({
      scene: scene.id,
      composite: name,
      title: several ? `${title}, ${scene.acquired?.slice(0, 10) ?? scene.name}` : title,
    })),
  );
}

// Return the view of `item` that is most like the preferred one: the same composite, best of the same scene.
export function likeliest(item, preferred) {
  const views = viewsOf(item);
  const same = views.filter(({ composite }) => composite === preferred?.composite);
  return same.find(({ scene }) => scene === preferred.scene) ?? same[0] ?? views[0] ?? null;
}

// Return the view `step` places after `view`, around the end.
export function neighbour(item, view, step) {
  const views = viewsOf(item);
  const at = views.findIndex(({ scene, composite }) => scene === view?.scene && composite === view?.composite);
  return views[(at + step + views.length) % views.length] ?? null;
}

// Return the pixels of surroundings shown on each side of a tile.
export function marginOf(tilePx) {
  return Math.min(128, tilePx);
}
