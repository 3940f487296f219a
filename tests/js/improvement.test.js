import assert from "node:assert/strict";
import { test } from "node:test";
import {
  accuracyOf,
  auditsLacking,
  brought,
  cardRows,
  differenceSentence,
  evidenceRows,
  favours,
  lastEnd,
  points,
  previous,
  underWay,
  WAYS,
  whyNot,
} from "../../webapp/static/webapp/js/state/improvement.js";
import { accuracySentence } from "../../webapp/static/webapp/js/state/project.js";

const [finetune, pretrain, select] = WAYS;
const needs = { labels: 12, audits: 10 };
const ready = { labels: 40, audits: 4, tiles: 400, jobs: [], encoder: { key: "nano", tunable: true } };

test("it works", () => {
  assert.equal(whyNot(finetune, ready, needs), "");
});

test("a way says why it is closed", () => {
  assert.equal(whyNot(pretrain, { ...ready, tiles: 0 }, needs), "Add imagery first.");
  assert.match(whyNot(finetune, { ...ready, labels: 5 }, needs), /^Needs 12 labels; 5 so far/);
  assert.equal(whyNot(pretrain, { ...ready, labels: 0 }, needs), "");
  assert.match(whyNot(pretrain, { ...ready, encoder: { key: "statistics", tunable: false } }, needs), /no weights/);
  assert.equal(whyNot(select, { ...ready, encoder: { key: "statistics", tunable: false } }, needs), "");
  assert.match(whyNot(select, { ...ready, jobs: [{ state: "running" }] }, needs), /under way/);
});

test("what is under way is told from how the last one ended", () => {
  const jobs = [
    { id: 2, state: "failed" },
    { id: 1, state: "done" },
  ];
  assert.equal(underWay(jobs), null);
  assert.equal(lastEnd(jobs).id, 2);
  assert.equal(
    lastEnd([{ kind: "finetune", state: "done", message: "Nothing better." }, ...jobs]).message,
    "Nothing better.",
  );
  assert.equal(lastEnd([{ kind: "select", state: "done" }, ...jobs]), null);
  assert.equal(lastEnd([{ state: "running" }, ...jobs]), null);
  assert.equal(lastEnd([]), null);
});

test("a difference reads as points with its interval", () => {
  assert.deepEqual([points(0.061), points(-0.04), points(0.001)], ["+6", "−4", "±0"]);
  const text = differenceSentence({ difference: { estimate: 0.06, low: -0.01, high: 0.13 } });
  assert.equal(text, "+6 points, between −1 and +13 with 95% certainty");
});

test("evidence that is missing leaves no row", () => {
  const some = { estimate: 0.5, low: 0.4, high: 0.6 };
  const held = { before: some, after: some, difference: some, count: 30 };
  assert.deepEqual(evidenceRows(undefined), []);
  const rows = evidenceRows({ held_out: held, audits: null, folds: 3, grouping: "single tiles" });
  assert.deepEqual(
    rows.map(({ title, note }) => [title, note]),
    [["Held-out labels", "30 labels in 3 folds, by single tiles"]],
  );
});

test("what the present encoder brought is told however often its head was refitted since", () => {
  const versions = [
    { number: 4, state: "published", encoder: "b", metrics: {} },
    { number: 3, state: "retired", encoder: "b", metrics: { comparison: { folds: 3 } } },
    { number: 2, state: "retired", encoder: "a", metrics: {}, back: "nano" },
  ];
  assert.equal(brought(versions).number, 3);
  assert.equal(brought(versions.slice(2)), null);
  assert.equal(previous(versions).number, 2);
  assert.equal(previous(versions.slice(0, 2)), null);
});

test("a card begins with the data", () => {
  const names = cardRows({ steps: "400", licence: "MIT", scenes: "a.tif" }).map(([name]) => name);
  assert.deepEqual(names, ["scenes", "licence", "steps"]);
});

test("only evidence makes a promotion the prominent choice", () => {
  const held = (low) => ({ difference: { value: 0.1, low, high: 0.2 } });
  assert.equal(favours({ held_out: held(0.02), audits: null }), true);
  assert.equal(favours({ held_out: held(0.02), audits: { count: 3, missing: 7 } }), true);
  assert.equal(favours({ held_out: held(0.02), audits: { difference: { value: -0.1, low: -0.3, high: 0.1 } } }), false);
  assert.equal(favours({ held_out: held(-0.01), audits: null }), false);
  assert.equal(favours(undefined), false);
});

test("too few audits are said instead of what they show, beside the held-out figure", () => {
  const blank = { value: null, low: null, high: null, audits: 3, missing: 7 };
  const metrics = { audit_accuracy: blank, cross_validated_accuracy: 0.79 };
  assert.equal(
    accuracyOf({ metrics }),
    "too few audits to tell, 7 more; 79% cross-validated, on labels that were not drawn at random",
  );
  assert.equal(auditsLacking({ audits: { count: 3, missing: 7 } }), "3 audits: too few audits to compare by, 7 more.");
  assert.equal(
    accuracySentence({ ...blank }, { labelled: 3 }, (share) => share),
    "3 audit tiles: too few audits to tell how right it is, 7 more. They come up at random while you label.",
  );
});
