import assert from "node:assert/strict";
import { test } from "node:test";
import {
  barShares,
  clearRange,
  DASHES,
  drawnClasses,
  gridText,
  hasSpectrum,
  lonlatText,
  moved,
  numberText,
  order,
  profileText,
  scenesToAsk,
  seriesColumns,
  seriesText,
  sharedUnit,
  spectrumColumns,
  spoken,
} from "../../webapp/static/webapp/js/state/inspection.js";

const band = (name, wavelength_nm, value, unit = "DN") => ({ name, title: "", wavelength_nm, value, unit });
const NOWHERE = { longitude: null, latitude: null, crs: "", easting: null, northing: null };

test("it works: values are told in words", () => {
  const scenes = [{ name: "a.tif", fault: "", bands: [band("R", 650, 12.5), band("G", 550, null)] }];
  const told = { longitude: 9.25, latitude: 45.5, scenes };
  assert.equal(spoken(told), "At 45.500000, 9.250000. a.tif: R 12.5 DN, G no data");
});

test("a scene that could not be read says why, and one without data that it has none", () => {
  const scenes = [
    { name: "a", fault: "a is damaged.", bands: [] },
    { name: "b", fault: "", bands: [band("R", 650, null)] },
  ];
  assert.equal(spoken({ ...NOWHERE, scenes }), "a: a is damaged.. b: no data here");
});

test("a unit that all share is said once, and none for them where they differ", () => {
  const [dn, other] = [band("R", 650, 1), band("T", null, 290, "K")];
  assert.equal(sharedUnit([dn, band("G", 550, 2), band("X", 1, null, "K")]), "DN", "one without a value says none");
  assert.equal(sharedUnit([dn, other]), "");
  assert.equal(sharedUnit([dn]), "", "in the row itself");
  assert.equal(sharedUnit([band("R", 650, null), band("G", 550, null)]), "");
});

test("noise where the air is opaque does not flatten a spectrum", () => {
  const x = Array.from({ length: 60 }, (_, at) => 400 + 35 * at);
  const values = x.map((nm) => (nm > 1340 && nm < 1450 ? 14000 : nm > 2000 ? null : nm / 10));
  assert.deepEqual(clearRange({ title: "nm", columns: [x, values] }), [40, 197.5]);
  assert.equal(clearRange({ title: "nm", columns: [x.slice(0, 9), values.slice(0, 9)] }), null, "few bands");
  assert.equal(clearRange({ title: "Band", columns: [x, values] }), null);
  assert.equal(clearRange({ title: "nm", columns: [x, x.map(() => null)] }), null);
});

test("numbers have as many digits as tell something", () => {
  const shown = [null, 0, 0.12345, 3.1419, 123.456, 1234.5, 12345678, 0.00012].map(numberText);
  assert.deepEqual(shown, ["–", "0", "0.1235", "3.14", "123.5", "1,235", "1.235e+7", "1.200e-4"]);
});

test("coordinates are told in degrees and in the lattice's own system; nothing without a place", () => {
  const place = { longitude: 9.25, latitude: 45.5, crs: "EPSG:32632", easting: 500055, northing: 4999925 };
  assert.equal(lonlatText(place), "45.500000, 9.250000");
  assert.equal(gridText(place), "500055.0, 4999925.0 (EPSG:32632)");
  assert.equal(lonlatText(NOWHERE) + gridText(NOWHERE), "");
});

test("the active scene is asked for, and the newest of every other sensor", () => {
  const scene = (id, sensor) => ({ id, sensor });
  const scenes = [scene(1, "s2"), scene(2, "s1"), scene(3, "s2"), scene(4, "s1")];
  const ids = (active) => scenesToAsk({ scenes }, active).map(({ id }) => id);
  assert.deepEqual(ids(scenes[0]), [1, 4]);
  assert.deepEqual(ids(null), [4, 3]);
});

test("a spectrum goes by wavelength, without warmth; without wavelengths by number", () => {
  const mixed = [band("nir", 840, 4), band("thermal", 11000, 290), band("red", 660, 2), band("blue", 480, 1)];
  assert.deepEqual(order(mixed), { at: [3, 2, 0], x: [480, 660, 840], title: "nm" });
  const unknown = [band("1", null, 5), band("2", null, 6), band("3", null, 7)];
  assert.deepEqual(order(unknown), { at: [0, 1, 2], x: [1, 2, 3], title: "Band" });
  assert.equal(hasSpectrum({ modality: "optical", bands: mixed }), true);
  assert.equal(hasSpectrum({ modality: "sar", bands: mixed }), false);
});

test("classes stand beside the place with their spread, told apart by colour and dash", () => {
  const scene = { bands: [band("a", 900, 9), band("b", 500, 5), band("c", 700, null)] };
  const told = [{ code: 2, mean: [10, 20, null], spread: [1, 2, null], count: 3 }];
  const classes = [
    { code: 1, name: "Water", colour: "#0072b2" },
    { code: 2, name: "Forest", colour: "#117733" },
  ];
  const drawn = drawnClasses([...told, { code: 9, mean: [], spread: [] }], classes);
  assert.deepEqual(
    drawn.map(({ name, colour, dash }) => [name, colour, dash]),
    [["Forest", "#117733", DASHES[1]]],
  );
  const { columns } = spectrumColumns(scene, drawn);
  assert.deepEqual(columns, [
    [500, 700, 900],
    [20, null, 10],
    [18, null, 9],
    [22, null, 11],
    [5, null, 9],
  ]);
});

test("the line of a spectrometer ends where it has no bands", () => {
  const centres = Array.from({ length: 30 }, (_, at) => 1000 + 10 * at + (at < 20 ? 0 : 150));
  const scene = { bands: centres.map((nm) => band(`B${nm}`, nm, 7)) };
  const [x, here] = spectrumColumns(scene, []).columns;
  assert.equal(x.length, 31);
  assert.deepEqual(x.slice(19, 22), [1190, 1200, 1350]);
  assert.deepEqual(here.slice(19, 22), [7, null, 7]);
  const few = { bands: [490, 560, 665, 2190].map((nm) => band(`B${nm}`, nm, 7)) };
  assert.deepEqual(spectrumColumns(few, []).columns[1], [7, 7, 7, 7]); // of a few bands it goes on
});

test("a series keeps cloudy dates apart", () => {
  const point = (acquired, value, cloudy) => ({ acquired, value, cloudy, scene: 1 });
  const points = [point("2020-01-01", 0.1, null), point("2020-01-11", 0.9, true), point("2020-01-21", 0.3, false)];
  const [x, clear, cloudy] = seriesColumns({ points });
  assert.equal(x[1] - x[0], 864000);
  assert.deepEqual(clear, [0.1, null, 0.3]);
  assert.deepEqual(cloudy, [null, 0.9, null]);
  const text = seriesText({ title: "NDVI", unit: "", points });
  assert.equal(text, "NDVI: 0.1 to 0.9 from 2020-01-01 to 2020-01-21, 3 dates, 1 cloudy.");
  assert.equal(seriesText({ title: "NDVI", unit: "", points: [] }), "NDVI: no value at any of 0 dates.");
});

test("a profile is told by its length and its heights", () => {
  const told = { unit: "m", distance_m: [0, 5, 10], height_m: [2, null, 7.5] };
  assert.equal(profileText(told), "10 m long, heights from 2 to 7.5 m.");
  assert.equal(profileText({ ...told, height_m: [null, null, null] }), "No heights along this line.");
});

test("bars of backscatter are as long as decibels say", () => {
  const bars = (values, unit) => barShares(values.map((value) => band("VV", null, value, unit)));
  assert.deepEqual(bars([-30, 5, -12.5, null, 9], "dB"), [0, 1, 0.5, 0, 1]);
  assert.deepEqual(bars([0, 2, 4], "DN"), [0, 0.5, 1]);
});

test("a place moves by whole pixels, and not far beyond the tile", () => {
  assert.deepEqual(moved({ x: 3.2, y: 4.9 }, [1, 0], 32), { x: 4.5, y: 4.5 });
  assert.deepEqual(moved({ x: 63.9, y: -31.9 }, [1, -1], 32), { x: 64, y: -32 });
});
