import assert from "node:assert/strict";
import { test } from "node:test";
import { Earlier } from "../../webapp/static/webapp/js/state/earlier.js";
import { Labelling } from "../../webapp/static/webapp/js/state/labelling.js";
import { Outbox } from "../../webapp/static/webapp/js/state/outbox.js";
import { Queue } from "../../webapp/static/webapp/js/state/queue.js";
import { Session } from "../../webapp/static/webapp/js/state/session.js";
import { FakeStorage } from "./storage.js";

const settled = () => new Promise((resolve) => setTimeout(resolve, 5));

function labelling(...samples) {
  const sent = [];
  const send = async (answer) => {
    sent.push(answer);
    return [{ id: 70 + sent.length, mask_url: null, counts: { open: 9 - sent.length } }, null];
  };
  const queue = new Queue();
  const outbox = new Outbox({ send, storage: new FakeStorage(), key: "box" });
  const claims = { asked: 0, claim: () => (claims.asked += 1) };
  const made = new Labelling({ queue, outbox, claims, session: new Session({ now: () => 0 }) });
  const items = samples.map((sample) => ({ sample, token: `t${sample}`, base: 5, mine: null }));
  queue.merge({ round: 1, open: 9, queue: items });
  return { made, queue, claims, sent };
}

test("it works: an answer is sent with its token and base, and the next sample comes up", async () => {
  const { made, claims, sent } = labelling(4, 2);
  made.appeared();
  made.answer({ value: { class: 3 } });
  assert.equal(made.current.sample, 2);
  await settled();
  const { sample, verdict, value, token, base } = sent[0];
  assert.deepEqual([sample, verdict, value, token, base], [4, "label", { class: 3 }, "t4", 5]);
  assert.ok(claims.asked > 0);
});

test("what was answered before the page was loaded is gone back to", async () => {
  const { made } = labelling(4, 2);
  const fetched = [];
  const fetch = async (sample) => {
    fetched.push(sample);
    return sample === 8 ? null : { sample, mine: { verdict: "label" } };
  };
  made.earlier = new Earlier([7, 8, 4], fetch);
  assert.equal(await made.back(), true);
  assert.equal(made.current.sample, 7);
  assert.deepEqual(fetched, [8, 7], "what is on the trail already is not asked for, what is gone is passed over");
  assert.equal(await made.back(), false);
  made.next();
  assert.equal(made.current.sample, 4);
});

test("what has not appeared yet cannot be labelled", async () => {
  const { made, sent } = labelling(4, 2);
  made.answer({ value: { class: 3 } });
  made.appeared();
  made.answer({ value: { class: 3 } });
  made.answer({ value: { class: 3 } });
  await settled();
  assert.equal(sent.length, 1);
  assert.equal(made.current.sample, 2);
});

test("going back and labelling anew makes a version based on the first", async () => {
  const { made, sent } = labelling(4, 2);
  made.appeared();
  made.answer({ value: { class: 3 } });
  await settled();
  made.back();
  assert.equal(made.current.mine.annotation, 71);
  made.appeared();
  made.answer({ value: { class: 1 } });
  await settled();
  assert.deepEqual([sent[1].sample, sent[1].value.class, sent[1].base], [4, 1, 71]);
  assert.equal(made.current.sample, 2);
  assert.equal(made.session.labels, 1, "a correction is no further label");
});

test("an answer taken back leaves the sample on the screen, open again", async () => {
  const { made, sent } = labelling(4, 2);
  made.appeared();
  made.answer({ value: { class: 3 } });
  await settled();
  made.back();
  made.retract();
  await settled();
  assert.equal(made.current.sample, 4);
  assert.equal(made.current.mine, null);
  assert.equal(sent[1].verdict, "retract");
});

test("a skipped sample is no label", async () => {
  const { made, sent } = labelling(4, 2);
  made.appeared();
  made.answer({ verdict: "skip", reason: "cloud" });
  await settled();
  assert.deepEqual([sent[0].verdict, sent[0].reason], ["skip", "cloud"]);
  assert.equal(made.session.labels, 0);
});

test("a mask that is still being packed is sent when it is ready", async () => {
  const { made, sent } = labelling(4, 2);
  made.appeared();
  made.answer({ value: Promise.resolve({ mask: "png" }) });
  assert.equal(made.current.sample, 2);
  await settled();
  assert.equal(sent[0].value.mask, "png");
});

test("the server's count of open samples is taken over", async () => {
  const { made, queue } = labelling(4, 2);
  made.appeared();
  made.answer({ value: { class: 3 } });
  await settled();
  assert.equal(queue.open, 8);
});
