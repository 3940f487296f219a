// Promises in plain words.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  acceptanceSentence,
  auditSentence,
  classLimit,
  estimateWords,
  offerSentence,
  previewFacts,
  promiseWords,
  unheardSentence,
} from "../../webapp/static/webapp/js/state/promise.js";

const preview = {
  problem: "",
  kind: "average",
  bound: 0.05,
  accepted: 1200,
  waiting: 2000,
  threshold: 0.873,
  expected_errors: 31.6,
  limit: 0.044,
  audits: 120,
  inside: 84,
};

test("it works", () => {
  assert.equal(
    offerSentence(preview),
    "1,200 of 2,000 open suggestions can be accepted unseen with at most 5% errors on average.",
  );
  assert.deepEqual(previewFacts(preview)[2], ["Wrong among them, to expect", "about 32"]);
  assert.deepEqual(previewFacts(preview)[4], ["Audits inside it, of all", "84 of 120"]);
});

test("a problem is told instead of an offer", () => {
  assert.equal(offerSentence({ ...preview, problem: "Nothing is published yet." }), "Nothing is published yet.");
});

test("the two kinds of promise read differently", () => {
  assert.equal(promiseWords({ kind: "confidence", bound: 0.005 }), "at most 0.5% errors in 90% of such decisions");
});

test("a class with few audits is not guaranteed", () => {
  assert.equal(classLimit({ limit: null }), "not guaranteed");
  assert.equal(classLimit({ limit: 0.071 }), "at most 7.1% wrong");
});

test("an acceptance says how its checks stand, and why it was rolled back", () => {
  const item = {
    accepted: 900,
    model_version: 3,
    state: "in_force",
    accepted_by: "carol",
    kind: "average",
    bound: 0.05,
  };
  assert.match(acceptanceSentence({ ...item, checks: 12, errors: 1 }), /1 of 12 checked ones is wrong so far/);
  assert.match(acceptanceSentence({ ...item, checks: 0, errors: 0 }), /None of them is checked yet/);
  const broken = { ...item, state: "rolled_back", reason: "Audits show the promise broken." };
  assert.equal(acceptanceSentence(broken), "900 labels of version 3 were taken back. Audits show the promise broken.");
});

test("missing audits are told, and nothing where none is missing", () => {
  const share = "until then 23% of the tiles that are served are audits";
  assert.equal(
    auditSentence({ missing: 23, share: 0.23 }),
    `About 23 more audits until the promise can be given; ${share}.`,
  );
  assert.equal(auditSentence({ missing: 0, share: 0.1 }), "");
});

test("estimates have their intervals, and what audits say nothing of is left out", () => {
  const area = { estimate: 0.12, low: 0.09, high: 0.16 };
  assert.equal(estimateWords({ area, f1: null }), "Area 12% (9–16)");
  assert.equal(estimateWords({ area, f1: { estimate: 0.9, low: 0.8, high: 1 } }), "Area 12% (9–16) · F1 90% (80–100)");
});

test("scenes that no audit speaks of are named, with what to do", () => {
  assert.equal(unheardSentence(preview), "");
  const told = unheardSentence({ unheard: ["south"], left: 240, lacking: 14 });
  assert.match(told, /^240 suggestions of the scene south are left to people/);
  assert.match(told, /Label the audits that are served there: about 14 more audits/);
  assert.match(unheardSentence({ unheard: ["a", "b", "c", "d"], left: 1 }), /scenes a, b, c and 1 more is left/);
});
