import assert from "node:assert/strict";
import { test } from "node:test";
import { rangeOf, stretchFilter } from "../../webapp/static/webapp/js/lib/stretch.js";

// What a browser makes of a value 0..1 under such a filter.
function filtered(value, filter) {
  const [brightness, contrast] = filter.match(/[\d.]+/g).map(Number);
  return (value * brightness - 0.5) * contrast + 0.5;
}

const grey = (...values) => values.flatMap((value) => [value, value, value, 255]);

test("it works: the range of a picture becomes black to white", () => {
  const range = rangeOf(grey(51, 102, 102, 153));
  assert.deepEqual(range, [0.2, 0.6]);
  const filter = stretchFilter(range);
  assert.ok(Math.abs(filtered(0.2, filter)) < 0.001);
  assert.ok(Math.abs(filtered(0.4, filter) - 0.5) < 0.001);
  assert.ok(Math.abs(filtered(0.6, filter) - 1) < 0.001);
});

test("a few odd pixels and those without data do not count", () => {
  const flat = Array(98).fill([100, 100, 100, 255]).flat();
  assert.deepEqual(rangeOf([...flat, 255, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0]), [100 / 255, 100 / 255]);
});

test("a picture of one value or of none still has a filter", () => {
  assert.doesNotMatch(stretchFilter([0.5, 0.5]), /Infinity|NaN/);
  assert.deepEqual(rangeOf([]), [0, 1]);
});
