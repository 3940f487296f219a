// Sites: scenes that lie together, where a project has several far apart. Bounds are [west, south, east, north]; those
// across the antimeridian reach beyond 180 degrees east.

const FEWEST = 2;
export const MAP_ENDS = 85.05; // degrees of latitude, of the Web Mercator projection

// A map of the world ends before the poles: what lies beyond is shown tile by tile.
export function isOnMap({ bounds }) {
  return Boolean(bounds) && bounds[1] < MAP_ENDS && bounds[3] > -MAP_ENDS;
}

// Return [{ title, bounds, count }] from west to east, or nothing where all lies in one place.
export function sitesOf(scenes) {
  let sites = [];
  for (const { name, bounds } of scenes.filter((scene) => scene.bounds)) {
    const near = sites.filter((site) => meet(grown(site.bounds), grown(bounds)));
    const joined = near.reduce(
      (whole, site) => ({ names: [...site.names, ...whole.names], bounds: union(site.bounds, whole.bounds) }),
      { names: [name], bounds },
    );
    sites = [...sites.filter((site) => !near.includes(site)), joined];
  }
  if (sites.length < FEWEST) return [];
  return sites
    .toSorted((one, other) => one.bounds[0] - other.bounds[0])
    .map(({ names, bounds }) => ({ title: titleOf(names), bounds, count: names.length }));
}

function titleOf([first, ...more]) {
  return more.length ? `${first} and ${more.length} more` : first;
}

// With as much around it as it is large: what is closer than that is the same place.
function grown([west, south, east, north]) {
  const [across, up] = [east - west, north - south];
  return [west - across, south - up, east + across, north + up];
}

function meet(one, other) {
  return one[0] <= other[2] && other[0] <= one[2] && one[1] <= other[3] && other[1] <= one[3];
}

function union(one, other) {
  return [
    Math.min(one[0], other[0]),
    Math.min(one[1], other[1]),
    Math.max(one[2], other[2]),
    Math.max(one[3], other[3]),
  ];
}
