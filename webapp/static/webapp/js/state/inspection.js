// What is at the cursor, in words and as lines of charts. Knows neither DOM nor charts.

const WIDE = 16; // bands; more are read from the chart
const LIGHT_ENDS_NM = 2600; // beyond, bands are warmth, which no spectrum of reflected light goes on into
export const DASHES = [[], [7, 3], [2, 2], [9, 3, 2, 3], [4, 4], [12, 3]];
const SPECTROMETER = 25; // bands; fewer are points on a line
const GAP = 5; // usual distances between two bands
const OPAQUE_NM = [
  [1340, 1450],
  [1790, 1970],
]; // vapour in the air lets hardly any light through

// The scenes whose values are told: the active one first, then the newest of each other sensor.
export function scenesToAsk(item, active) {
  const chosen = active ? [active] : [];
  for (const scene of item.scenes.toReversed()) {
    if (!chosen.some(({ sensor }) => sensor === scene.sensor)) chosen.push(scene);
  }
  return chosen;
}

// A number as people read it: as many digits as tell something, thousands apart.
export function numberText(value) {
  if (value === null || value === undefined) return "–";
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e7)) return value.toExponential(3);
  const digits = size >= 1000 ? 0 : size >= 100 ? 1 : size >= 1 ? 2 : 4;
  return new Intl.NumberFormat("en", { maximumFractionDigits: digits }).format(value);
}

export function valueText({ value, unit }) {
  return value === null ? "no data" : `${numberText(value)}${unit ? ` ${unit}` : ""}`;
}

// The unit that several bands share, to be said once; "" where each says its own.
export function sharedUnit(bands) {
  const units = new Set(bands.filter(({ value }) => value !== null).map(({ unit }) => unit));
  return bands.length > 1 && units.size === 1 ? [...units][0] : "";
}

export function lonlatText({ longitude, latitude }) {
  return longitude === null || latitude === null ? "" : `${latitude.toFixed(6)}, ${longitude.toFixed(6)}`;
}

export function gridText({ easting, northing, crs }) {
  if (easting === null || northing === null) return "";
  const digits = Math.abs(easting) <= 360 && Math.abs(northing) <= 90 ? 6 : 1;
  return `${easting.toFixed(digits)}, ${northing.toFixed(digits)} (${crs})`;
}

// The values in a sentence for those who hear them.
export function spoken(told) {
  const place = lonlatText(told);
  const scenes = told.scenes.map((scene) => {
    if (scene.fault) return `${scene.name}: ${scene.fault}`;
    const known = scene.bands.filter(({ value }) => value !== null);
    if (!known.length) return `${scene.name}: no data here`;
    if (scene.bands.length > WIDE) return `${scene.name}: ${known.length} of ${scene.bands.length} bands have a value`;
    return `${scene.name}: ${scene.bands.map((band) => `${band.title || band.name} ${valueText(band)}`).join(", ")}`;
  });
  return [place && `At ${place}`, ...scenes].filter(Boolean).join(". ");
}

export function isWide(scene) {
  return scene.bands.length > WIDE;
}

// Whether a scene's values make a spectrum: light in at least three bands.
export function hasSpectrum(scene) {
  return scene.modality === "optical" && order(scene.bands).at.length >= 3;
}

// Which bands stand in a spectrum, and where: by wavelength, or by number where none is known.
export function order(bands) {
  const places = bands.map((_, at) => at);
  const known = places.filter((at) => bands[at].wavelength_nm !== null && bands[at].wavelength_nm <= LIGHT_ENDS_NM);
  if (known.length < 3) return { at: places, x: places.map((at) => at + 1), title: "Band" };
  const at = known.sort((one, other) => bands[one].wavelength_nm - bands[other].wavelength_nm);
  return { at, x: at.map((each) => bands[each].wavelength_nm), title: "nm" };
}

// Columns for a chart: x, then mean, low and high of each class, and this place, which is drawn above them.
export function spectrumColumns(scene, classes) {
  const { at, x, title } = order(scene.bands);
  const here = at.map((band) => scene.bands[band].value);
  const lines = classes.flatMap(({ mean, spread }) => [
    at.map((band) => mean[band]),
    at.map((band) => edge(mean[band], spread[band], -1)),
    at.map((band) => edge(mean[band], spread[band], 1)),
  ]);
  return { title, columns: broken([x, ...lines, here]) };
}

// The lowest and highest value of a spectrometer where air lets light through: what it says elsewhere is noise of any
// size, which may leave the chart. null where all values count.
export function clearRange({ title, columns: [x, ...lines] }) {
  if (title !== "nm" || x.length < SPECTROMETER) return null;
  const opaque = x.map((nm) => OPAQUE_NM.some(([low, high]) => low < nm && nm < high));
  const clear = lines.flatMap((values) => values.filter((value, at) => value !== null && !opaque[at]));
  return clear.length ? [Math.min(...clear), Math.max(...clear)] : null;
}

// Break the lines of a spectrometer where it has no bands: nothing is known in between.
function broken(columns) {
  const steps = columns[0].slice(1).map((x, at) => x - columns[0][at]);
  const usual = steps.toSorted((one, other) => one - other)[steps.length >> 1];
  if (columns[0].length < SPECTROMETER) return columns;
  const after = new Set(steps.flatMap((step, at) => (step > GAP * usual ? [at] : [])));
  return columns.map((values, column) =>
    values.flatMap((value, at) => (after.has(at) ? [value, column ? null : value + usual] : [value])),
  );
}

function edge(mean, spread, side) {
  return mean === null || spread === null ? null : mean + side * spread;
}

// Classes of a project that spectra tell of, each with its name, colour and dash.
export function drawnClasses(told, classes) {
  return told.flatMap((each) => {
    const place = classes.findIndex(({ code }) => code === each.code);
    if (place < 0) return [];
    const { name, colour } = classes[place];
    return [{ ...each, name, colour, dash: DASHES[place % DASHES.length] }];
  });
}

// Columns for a chart over time: seconds, clear values, cloudy values.
export function seriesColumns({ points }) {
  const dated = points.filter(({ acquired }) => acquired);
  const x = dated.map(({ acquired }) => new Date(acquired).getTime() / 1000);
  const pick = (wanted) => dated.map(({ value, cloudy }) => ((cloudy === true) === wanted ? value : null));
  return [x, pick(false), pick(true)];
}

export function seriesText({ title, unit, points }) {
  const known = points.filter(({ value }) => value !== null);
  if (!known.length) return `${title}: no value at any of ${points.length} dates.`;
  const values = known.map(({ value }) => value);
  const cloudy = points.filter((point) => point.cloudy).length;
  const [first, last] = [known[0], known.at(-1)].map(({ acquired }) => String(acquired).slice(0, 10));
  const range = `${numberText(Math.min(...values))} to ${valueText({ value: Math.max(...values), unit })}`;
  return `${title}: ${range} from ${first} to ${last}, ${points.length} dates, ${cloudy} cloudy.`;
}

export function profileText({ unit, distance_m, height_m }) {
  const known = height_m.filter((height) => height !== null);
  if (!known.length) return "No heights along this line.";
  const [low, high] = [Math.min(...known), Math.max(...known)];
  return `${numberText(distance_m.at(-1))} ${unit} long, heights from ${numberText(low)} to ${numberText(high)} m.`;
}

// How long a bar of backscatter is, 0..1: from -30 to 5 dB, or among its own neighbours.
export function barShares(bands) {
  const values = bands.map(({ value }) => value);
  const known = values.filter((value) => value !== null);
  const decibels = bands.every(({ unit }) => unit === "dB");
  const [low, high] = decibels ? [-30, 5] : [Math.min(0, ...known), Math.max(...known, 1e-12)];
  return values.map((value) => (value === null ? 0 : Math.min(Math.max((value - low) / (high - low), 0), 1)));
}

// A place moved by a key, within the tile and what is shown around it.
export function moved({ x, y }, [across, down], tilePx) {
  const within = (value) => Math.min(Math.max(value, -tilePx), 2 * tilePx);
  return { x: within(Math.floor(x) + 0.5 + across), y: within(Math.floor(y) + 0.5 + down) };
}
