import assert from "node:assert/strict";
import { test } from "node:test";
import {
  accuracySentence,
  classLookup,
  failureSentence,
  roundSentence,
  workSentence,
  worthSaying,
} from "../../webapp/static/webapp/js/state/project.js";
import { describeTile } from "../../webapp/static/webapp/js/state/tile_words.js";

const classes = [
  { code: 1, name: "Open water", colour: "#0072b2", merged_into: null },
  { code: 2, name: "Pond", colour: "#e69f00", merged_into: 1, retired: true },
];
const classOf = classLookup(classes);
const tile = (fields) => ({
  index: 5,
  state: "open",
  label: null,
  suggested: null,
  confidence: null,
  audit: false,
  ...fields,
});

test("it works: a merged class stands for the one that it became part of", () => {
  assert.equal(classOf(2).name, "Open water");
  assert.equal(classOf(null), null);
});

const onGround = (share) => `Right on about ${share} of the ground`;

test("accuracy is told with its interval and by how many audits", () => {
  const text = accuracySentence(
    { estimate: 0.83, low: 0.68, high: 0.93, audits: 24 },
    { drawn: 30, labelled: 24 },
    onGround,
  );
  assert.match(text, /83%.*24 audit tiles.*68% and 93%/);
  assert.match(
    accuracySentence({ value: 0.83, low: 0.68, high: 0.93, audits: 24 }, {}, (share) => `Near ${share}`),
    /^Near 83%, by 24 audit tiles: between/,
  );
  assert.match(accuracySentence(null, { drawn: 3, labelled: 1 }), /Not measured yet: 1 audit tile labelled/);
});

test("the work left is told in words", () => {
  assert.equal(workSentence({ total: 0, open: 0 }), "No imagery yet.");
  assert.equal(workSentence({ total: 4, open: 0 }), "Every tile has a label.");
  assert.match(workSentence({ total: 4, open: 1 }), /^1 tile open/);
});

test("rounds and failures are told", () => {
  assert.match(
    roundSentence({ number: 2, labels: 10, strategy: "max_herding" }),
    /Round 2, ranked after 10 labels.*max herding/,
  );
  assert.match(roundSentence(null), /not ranked/);
  assert.equal(failureSentence([{ state: "done", title: "Export" }]), "");
  assert.match(failureSentence([{ state: "failed", title: "Export" }]), /^Failed: Export\./);
  assert.match(failureSentence([], true), /^The model pauses/);
});

test("of the finished jobs only the newest three are worth a line", () => {
  const jobs = ["done", "done", "running", "done", "done"].map((name, id) => ({ id, state: name }));
  assert.deepEqual(
    worthSaying(jobs).map(({ id }) => id),
    [2, 0, 1, 3],
  );
});

test("a tile is described by its label, else by the suggestion, never by one on a waiting audit", () => {
  assert.equal(describeTile(tile({ state: "labelled", label: 2 }), classOf).text, "Open water");
  assert.equal(describeTile(tile({ suggested: 1, confidence: 0.834 }), classOf).text, "Open water? 83%");
  assert.equal(describeTile(tile({ suggested: 1, confidence: 0.9, audit: true }), classOf).text, "Audit, waiting");
});
