import assert from "node:assert/strict";
import { test } from "node:test";
import { sentences } from "../../webapp/static/webapp/js/imagery/dependents.js";

const NOTHING = { labels: 0, tiles: 0, tiles_changed: 0, suggestions: 0, audits: 0, epochs_going: [], exports: 0 };

test("it works", () => {
  const known = { ...NOTHING, tiles: 12, suggestions: 1, epochs_going: ["June"], exports: 2, removable: true };
  assert.deepEqual(sentences(known), [
    "12 tiles and 1 suggestion go with it.",
    "Nothing else is of June, which goes, too.",
    "2 exports stay as they were made.",
  ]);
});

test("labels keep a scene", () => {
  const [only, ...rest] = sentences({ ...NOTHING, labels: 3, tiles: 12, removable: false });
  assert.match(only, /^3 labelled tiles would lose the only imagery/);
  assert.equal(rest.length, 0);
});

test("where nothing goes it is said", () => {
  assert.deepEqual(sentences({ ...NOTHING, tiles_changed: 6, removable: true }), [
    "No tile goes with it.",
    "6 tiles of other scenes, too, are embedded again.",
  ]);
});
