import assert from "node:assert/strict";
import { test } from "node:test";
import { Session } from "../../webapp/static/webapp/js/state/session.js";

function sitting() {
  const clock = { ms: 0 };
  const session = new Session({ now: () => clock.ms });
  const label = (ms) => {
    session.show();
    clock.ms += ms;
    return session.record();
  };
  return { clock, session, label };
}

test("it works: seconds of each tile, their median, labels an hour", () => {
  const { session, label } = sitting();
  assert.deepEqual([2000, 4000, 6000].map(label), [2, 4, 6]);
  assert.equal(session.medianSeconds, 4);
  assert.equal(session.perHour, 900);
});

test("time during which nobody looks does not count", () => {
  const { clock, session } = sitting();
  session.show();
  clock.ms += 1000;
  session.pause();
  clock.ms += 60_000;
  session.resume();
  clock.ms += 2000;
  assert.equal(session.record(), 3);
});

test("a pause while paused changes nothing", () => {
  const { clock, session } = sitting();
  session.show();
  clock.ms += 1000;
  session.pause();
  clock.ms += 5000;
  session.pause();
  assert.equal(session.record(), 1);
});

test("the time of what was skipped makes no label slower", () => {
  const { clock, session, label } = sitting();
  [2000, 4000, 6000].map(label);
  session.show();
  clock.ms += 30_000;
  session.record({ counts: false });
  assert.equal(session.perHour, 900);
});

test("two labels are too few for a rate", () => {
  const { session, label } = sitting();
  [1000, 1000].map(label);
  assert.equal(session.perHour, null);
  assert.equal(session.medianSeconds, 1);
});

test("a sitting goes on after a reload", () => {
  const session = new Session({ now: () => 0 });
  session.continue([2, 4, 6]);
  assert.deepEqual([session.labels, session.perHour, session.medianSeconds], [3, 900, 4]);
});

test("keys and clicks are counted, and what lies idle is not", () => {
  const { clock, session } = sitting();
  session.show();
  clock.ms += 2000;
  session.touch();
  clock.ms += 5 * 60_000;
  session.touch({ counts: false }); // the pointer moved
  clock.ms += 1000;
  session.touch();
  assert.equal(session.interactions, 2);
  assert.equal(session.record(), 2 + 60 + 1);
  session.show();
  assert.equal(session.interactions, 0);
});
