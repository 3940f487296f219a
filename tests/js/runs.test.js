import assert from "node:assert/strict";
import { test } from "node:test";
import { fromRuns, toRuns } from "../../webapp/static/webapp/js/state/runs.js";

test("it works: pixels come back as they were, each run said once", () => {
  const pixels = Uint8Array.from([0, 0, 3, 3, 3, 255]);
  assert.equal(toRuns(pixels), "0*2 3*3 255*1");
  assert.deepEqual(fromRuns(toRuns(pixels), 6), pixels);
});

test("text of another size or a broken one tells of no pixels", () => {
  assert.equal(fromRuns("0*4", 5), null);
  assert.equal(fromRuns("1*2 what", 4), null);
  assert.equal(fromRuns("300*4", 4), null);
  assert.equal(fromRuns({ tags: [1] }, 4), null);
});
