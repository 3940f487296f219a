import assert from "node:assert/strict";
import { test } from "node:test";
import { AmountDraft } from "../../webapp/static/webapp/js/state/amount_draft.js";
import { Drafts } from "../../webapp/static/webapp/js/state/drafts.js";
import { Mask } from "../../webapp/static/webapp/js/state/mask.js";
import { fromRuns } from "../../webapp/static/webapp/js/state/runs.js";
import { TagSet } from "../../webapp/static/webapp/js/state/tag_set.js";
import { FakeStorage } from "./storage.js";

const CODES = [1, 2, 3];
const MOISTURE = { name: "Fuel moisture", unit: "%", low: 0, high: 150, step: 0.5, tolerance: 10 };

// Begin to tag a sample, then forget all but what the browser keeps.
function begin(storage, item, { who = "bob:7", code = 2 } = {}) {
  const drafts = new Drafts(storage, who);
  drafts.follow(item, new TagSet(CODES, { draft: drafts.load(item) })).toggle(code);
}

test("it works: tags that were not saved come back as they were", () => {
  const storage = new FakeStorage();
  begin(storage, { sample: 9 });
  begin(storage, { sample: 9 }, { code: 3 });
  const draft = new Drafts(storage, "bob:7").load({ sample: 9 });
  assert.deepEqual(new TagSet(CODES, { draft }).value(), { tags: [2, 3], unsure: [] });
});

test("every kind of label keeps its drafts so, and each comes back", () => {
  const drafts = new Drafts(new FakeStorage(), "bob:7");
  const amount = drafts.follow({ sample: 1 }, new AmountDraft(MOISTURE));
  amount.write("31,");
  amount.writeUncertainty("2");
  const again = new AmountDraft(MOISTURE, { said: { amount: 5 }, draft: drafts.load({ sample: 1 }) });
  assert.deepEqual([again.text, again.uncertainty], ["31,", "2"]);
  const mask = drafts.follow({ sample: 2 }, new Mask(2, 2));
  mask.fillPixels([1, 3], 255);
  assert.deepEqual(fromRuns(drafts.load({ sample: 2 }), 4), Uint8Array.from([0, 255, 0, 255]));
});

test("none of these and what cannot be told are kept too", () => {
  const drafts = new Drafts(new FakeStorage(), "bob:7");
  const resumed = () => new TagSet(CODES, { suggested: { tags: [1] }, draft: drafts.load({ sample: 1 }) });
  drafts.follow({ sample: 1 }, new TagSet(CODES)).sayNone();
  assert.deepEqual([resumed().none, resumed().value()], [true, { tags: [], unsure: [] }]);
  drafts.follow({ sample: 1 }, resumed()).doubt(3);
  assert.deepEqual(resumed().value(), { tags: [], unsure: [3] });
  assert.equal(resumed().stateOf(3).ghost, false);
});

test("another sample, person or project sees no draft", () => {
  const storage = new FakeStorage();
  begin(storage, { sample: 9 });
  assert.equal(new Drafts(storage, "bob:7").load({ sample: 90 }), null);
  assert.equal(new Drafts(storage, "carol:7").load({ sample: 9 }), null);
  assert.equal(new Drafts(storage, "bob:8").load({ sample: 9 }), null);
});

test("what was begun beside a suggestion is forgotten on what has become an audit", () => {
  const storage = new FakeStorage();
  const drafts = new Drafts(storage, "bob:7");
  begin(storage, { sample: 1, suggestion: { value: { tags: [1] } } });
  assert.notEqual(drafts.load({ sample: 1 }), null);
  assert.equal(drafts.load({ sample: 1, audit: true }), null);
  assert.equal(drafts.load({ sample: 1 }), null);
  begin(storage, { sample: 2 });
  begin(storage, { sample: 3, audit: true, suggestion: null });
  for (const sample of [2, 3]) assert.notEqual(drafts.load({ sample, audit: true }), null);
});

test("an answer that was given elsewhere meanwhile overtakes a draft", () => {
  const storage = new FakeStorage();
  const drafts = new Drafts(storage, "bob:7");
  begin(storage, { sample: 1, mine: { annotation: 5 } });
  assert.notEqual(drafts.load({ sample: 1, mine: { annotation: 5 } }), null);
  assert.equal(drafts.load({ sample: 1, mine: { annotation: 6 } }), null);
  begin(storage, { sample: 2 });
  assert.equal(drafts.load({ sample: 2, mine: { annotation: 6 } }), null);
  begin(storage, { sample: 3, mine: { annotation: null } }); // of an answer that was still on its way
  assert.notEqual(drafts.load({ sample: 3, mine: { annotation: 7 } }), null);
});

test("a dropped draft is gone, and so is one of which nothing is left", () => {
  const storage = new FakeStorage();
  const drafts = new Drafts(storage, "bob:7");
  begin(storage, { sample: 9 });
  drafts.drop({ sample: 9 });
  assert.equal(drafts.load({ sample: 9 }), null);
  const amount = drafts.follow({ sample: 9 }, new AmountDraft(MOISTURE));
  amount.write("3");
  amount.write("");
  assert.deepEqual(Object.keys(storage), []);
});

test("a broken draft is no draft", () => {
  const storage = new FakeStorage();
  for (const text of ["", "{", "null", "7", '{"at":1,"runs":"0*4"}']) {
    storage.setItem("terrascribe:draft:bob:7:9", text);
    assert.equal(new Drafts(storage, "bob:7").load({ sample: 9 }), null, text);
  }
  assert.equal(new TagSet(CODES, { draft: { tags: "12", unsure: 3 } }).value(), null);
  assert.deepEqual(new TagSet(CODES, { draft: { tags: [1, 77], unsure: [] } }).value(), { tags: [1], unsure: [] });
});

test("when the store is full the oldest draft gives way", () => {
  const storage = new FakeStorage({ room: 2 });
  storage.setItem("terrascribe:draft:bob:7:1", '{"at":1,"alone":true,"after":0,"draft":{}}');
  storage.setItem("terrascribe:draft:bob:7:2", '{"at":2,"alone":true,"after":0,"draft":{}}');
  begin(storage, { sample: 3 });
  assert.deepEqual(Object.keys(storage), ["terrascribe:draft:bob:7:2", "terrascribe:draft:bob:7:3"]);
});

test("a store without any room is told", () => {
  const drafts = new Drafts(new FakeStorage({ room: 0 }), "bob:7");
  const full = [];
  drafts.on("full", ({ sample }) => full.push(sample));
  drafts.follow({ sample: 4 }, new TagSet(CODES)).toggle(1);
  assert.deepEqual(full, [4]);
});
