import assert from "node:assert/strict";
import { test } from "node:test";
import { changedSentence } from "../../webapp/static/webapp/js/tasks/named/change.js";

const area = { value: 0.2, low: 0.1, high: 0.35 };

test("it works", () => {
  const said = changedSentence({ area, ground_m2: 5_000_000 });
  assert.match(said, /^Changed: 100 ha \(between 50 and 175 ha\) of 500 ha, 20\.0.?% /u);
});

test("without ground only the share is told", () => {
  assert.doesNotMatch(changedSentence({ area, ground_m2: null }), / ha/u);
});

test("too few audits say so", () => {
  assert.match(changedSentence({ area: null, ground_m2: 10 }), /^Too few audits/u);
});
