import assert from "node:assert/strict";
import { test } from "node:test";
import { groupsOf, Sheet } from "../../webapp/static/webapp/js/state/sheet.js";
import { sheetNote } from "../../webapp/static/webapp/js/state/sheet_words.js";

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
  assert.equal(sheet.asking(10), 20); // this sheet and the next
});

test("cards left for later do not come again in this pass", () => {
  const sheet = filled(1, 2);
  sheet.leave();
  assert.equal(sheet.asking(10), 22);
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

test("only what was seen can be accepted, and what is not there says so", () => {
  const sheet = filled(1, 2, 3, 4);
  assert.deepEqual(ids(sheet.acceptable()), []);
  sheet.see(1);
  sheet.see(4);
  sheet.lose(2, { broken: true });
  assert.deepEqual(ids(sheet.acceptable()), [1, 4]);
  assert.deepEqual(sheet.unseen(), { waiting: 1, broken: 1 });
  sheet.lose(4); // other bands: another picture
  assert.deepEqual(ids(sheet.acceptable()), [1]);
  assert.equal(
    sheetNote(sheet).text,
    "1 picture could not be loaded: what nobody can see is never accepted. 2 pictures not seen yet: A leaves them out.",
  );
});

test("cards less sure than the sheet states are not ticked, nor rejected with what was clicked out", () => {
  const sheet = new Sheet({ least: 0.8 });
  const rows = [0.9, 0.34, 0.85].map((confidence, id) => ({ id, confidence }));
  sheet.fill(rows, 3, 10);
  assert.deepEqual(ids(sheet.ticked()), [0, 2]);
  sheet.toggle(2);
  assert.deepEqual(ids(sheet.exceptions()), [2]);
  sheet.toggle(1); // by hand
  assert.deepEqual(ids(sheet.ticked()), [0, 1]);
  sheet.invert();
  assert.deepEqual([ids(sheet.ticked()), ids(sheet.exceptions())], [[2], [0, 1]]);
  sheet.state(0.95);
  assert.deepEqual(ids(sheet.ticked()), []);
});

test("what was given back is neither ticked nor clicked out until somebody says so", () => {
  const sheet = filled(1, 2);
  const taken = [...sheet.items];
  sheet.take(taken);
  sheet.settle(taken);
  sheet.giveBack(taken);
  assert.deepEqual([ids(sheet.ticked()), sheet.out.size], [[], 0]);
  sheet.toggle(2);
  assert.deepEqual(ids(sheet.ticked()), [2]);
});

test("the next sheet is there before it is asked for", () => {
  const sheet = new Sheet();
  sheet.fill(items(1, 2, 3, 4, 5), 9, 2);
  sheet.leave();
  assert.equal(sheet.advance(2), true);
  assert.deepEqual(ids(sheet.items), [3, 4]);
  sheet.stock(items(3, 4, 5, 6), 9);
  assert.deepEqual(ids(sheet.spare), [5, 6]);
  sheet.leave();
  sheet.advance(9);
  assert.equal(sheet.advance(9), false);
});

test("the focus stays with its card when cards before it are decided", () => {
  const sheet = filled(1, 2, 3, 4);
  sheet.move(2);
  sheet.take(sheet.items.slice(0, 1));
  assert.equal(sheet.focused.id, 3);
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
