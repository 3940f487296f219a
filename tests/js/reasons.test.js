import assert from "node:assert/strict";
import { test } from "node:test";
import { amountReasons } from "../../webapp/static/webapp/js/state/amount_reasons.js";
import { areaReasons, tileReasons } from "../../webapp/static/webapp/js/state/reasons.js";
import { taggerSentence, tagReasons } from "../../webapp/static/webapp/js/state/tag_reasons.js";

const classOf = (code) => ({ 1: { name: "Open water" }, 2: { name: "Forest" } })[code] ?? null;

test("it works: the model's reason names both classes and the look-alikes", () => {
  const item = { kind: "model", given: 1, suggested: 2, own: 0.04, other: 0.91, near: 5, near_suggested: 1 };
  assert.deepEqual(tileReasons(item, classOf), [
    "A model that has not seen this label gives Open water 4% and Forest 91%.",
    "Of the 5 labelled tiles that look most like it, 1 is Forest.",
  ]);
  assert.equal(tileReasons({ ...item, near_suggested: 0 }, classOf).length, 1);
});

test("of painted areas, the reason speaks of the outlined area", () => {
  const area = { area: ["01", "00"], share: 0.124, given: 1, suggested: 2 };
  assert.deepEqual(areaReasons({ ...area, kind: "model", own: 0.04, other: 0.91 }, classOf), [
    "A model that has not seen this tile gives the outlined area, 12% of the paint, Open water 4% and Forest 91%.",
  ]);
  const votes = [
    { code: 1, people: 1 },
    { code: 2, people: 1 },
  ];
  assert.deepEqual(areaReasons({ ...area, share: 0.001, kind: "people", votes }, classOf), [
    "People painted the outlined area, less than 1% of the paint, differently: Open water (1), Forest (1).",
  ]);
});

test("people who differ are counted, not named", () => {
  const votes = [
    { code: 1, people: 2 },
    { code: 2, people: 1 },
  ];
  const [first] = tileReasons({ kind: "people", votes, suggested: 1, other: 0.8 }, classOf);
  assert.equal(first, "People gave it different classes: Open water (2), Forest (1).");
});

test("of a tag, the reason gives its chance, the look-alikes, or how people voted", () => {
  const item = { kind: "model", given: 0, suggested: 1, own: 0.1, other: 0.9, near: 5, near_suggested: 4 };
  assert.deepEqual(tagReasons(item, "Road"), [
    "A model that has not seen these tags gives Road a chance of 90%.",
    "Of the 5 labelled tiles that look most like it, 4 are with Road.",
  ]);
  const votes = [
    { value: 1, people: 2 },
    { value: 0, people: 1 },
  ];
  assert.deepEqual(tagReasons({ kind: "people", votes }, "Road"), ["People disagree: 2 with Road, 1 without Road."]);
});

test("a tagger stands beside the others, and nothing told is said so", () => {
  const tags = [
    [
      [6, 1],
      [1, 2],
    ],
  ];
  assert.equal(taggerSentence({ tags, tiles: 10 }), "says the same as the others of 80% of the tags, on 10 tiles");
  assert.match(taggerSentence({ tags: [], tiles: 0 }), /no tag that the others told/);
});

test("of an amount, the reason says how far apart", () => {
  const options = { unit: "%", step: 1 };
  const item = { kind: "model", given: 20, suggested: 71, residual: -51 };
  assert.deepEqual(amountReasons(item, options), ["A model that has not seen this label says 71 %: 51 % apart."]);
  const votes = [
    { amount: 20, people: 1 },
    { amount: 60, people: 2 },
  ];
  assert.deepEqual(amountReasons({ kind: "people", votes, residual: 40 }, options), [
    "People said 20 % (1 person), 60 % (2 people): 40 % apart.",
  ]);
});
