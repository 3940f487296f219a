import assert from "node:assert/strict";
import { test } from "node:test";
import { groupsOf, Sheet } from "../../webapp/static/webapp/js/state/sheet.js";

const items = (...ids) => ids.map((id) => ({ id, cluster: 0, label: 1 }));
const ids = (list) => list.map(({ id }) => id);

function filled(...numbers) {
  const sheet = new Sheet();
  sheet.fill(items(...numbers), numbers.length, 50);
  return sheet;
}

test("it works: all are ticked, exceptions are clicked out", () => {
  const sheet = filled(1, 2, 3);
  sheet.toggle(2);
  assert.deepEqual(ids(sheet.ticked()), [1, 3]);
  assert.deepEqual(ids(sheet.exceptions()), [2]);
});

test("without exceptions, a rejection speaks of the current one", () => {
  const sheet = filled(1, 2, 3);
  sheet.move(1);
  assert.deepEqual(ids(sheet.exceptions()), [2]);
});

test("decided items leave at once, exceptions stay clicked out", () => {
  const sheet = filled(1, 2, 3);
  sheet.toggle(2);
  sheet.take(sheet.ticked());
  assert.deepEqual(ids(sheet.items), [2]);
  assert.deepEqual(ids(sheet.ticked()), []);
  assert.equal(sheet.total, 1);
});

test("what the server refused comes back clicked out, so that nobody accepts it unseen", () => {
  const sheet = filled(1, 2, 3);
  const returned = [];
  sheet.on("returned", (list) => returned.push(...ids(list)));
  const taken = sheet.items.slice(0, 2);
  sheet.take(taken);
  sheet.giveBack(taken);
  assert.deepEqual(ids(sheet.items), [1, 2, 3]);
  assert.deepEqual(ids(sheet.ticked()), [3]);
  assert.deepEqual(returned, [1, 2]);
  assert.equal(sheet.total, 3);
});

test("a sheet that arrives meanwhile leaves out what is being decided", () => {
  const sheet = filled(1, 2, 3);
  const taken = sheet.items.slice(0, 1);
  sheet.take(taken);
  sheet.fill(items(1, 2, 3), 3, 50);
  assert.deepEqual(ids(sheet.items), [2, 3]);
  sheet.settle(taken);
  assert.equal(sheet.asking(10), 10);
});

test("cards left for later do not come again in this pass", () => {
  const sheet = filled(1, 2);
  sheet.leave();
  assert.equal(sheet.asking(10), 12);
  sheet.fill(items(1, 2, 3), 3, 10);
  assert.deepEqual(ids(sheet.items), [3]);
  sheet.startOver();
  sheet.fill(items(1, 2, 3), 3, 10);
  assert.deepEqual(ids(sheet.items), [1, 2, 3]);
});

test("a sheet that is loaded anew keeps what was clicked out and where one was", () => {
  const sheet = filled(1, 2, 3);
  sheet.toggle(2);
  sheet.toggle(3);
  sheet.fill(items(0, 3, 4), 3, 50);
  assert.deepEqual(ids(sheet.exceptions()), [3]);
  assert.equal(sheet.current, 1);
});

test("no key reaches the cards of a pass that is over", () => {
  const sheet = filled(1, 2, 3);
  sheet.toggle(2);
  sheet.startOver();
  assert.deepEqual([sheet.ticked(), sheet.exceptions()], [[], []]);
  sheet.fill(items(2, 3), 2, 50);
  assert.deepEqual(ids(sheet.ticked()), [2, 3]);
});

test("cards beyond the window are not on the sheet", () => {
  const sheet = filled(1, 2, 3);
  sheet.toggle(3);
  sheet.keep(2);
  assert.deepEqual(ids(sheet.ticked()), [1, 2]);
  assert.equal(sheet.out.size, 0);
});

test("the current card stays within the sheet", () => {
  const sheet = filled(1, 2);
  sheet.move(9);
  assert.equal(sheet.current, 1);
  sheet.take(sheet.items.slice(1));
  assert.equal(sheet.current, 0);
});

test("neighbours of one cluster are a group", () => {
  const list = [4, 4, 4, 5].map((cluster, id) => ({ id, cluster }));
  assert.deepEqual(
    groupsOf(list).map(({ cluster, items: { length } }) => [cluster, length]),
    [
      [4, 3],
      [5, 1],
    ],
  );
});
