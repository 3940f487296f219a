import assert from "node:assert/strict";
import { test } from "node:test";
import { Whose } from "../../webapp/static/webapp/js/state/whose.js";

const tile = (assignment, state = "open") => ({ state, audit: false, assignment });
const rows = [
  { id: 1, username: "bob", note: "The shore first", due: "2030-05-01" },
  { id: 2, username: "carol", note: "", due: null },
  { id: 3, username: "bob", note: "", due: null },
];

function begun(all = true) {
  const whose = new Whose();
  whose.take(rows, all);
  return whose;
}

test("it works: each person has a colour and a letter", () => {
  const whose = begun();
  const [bobs, carols, again] = [1, 2, 3].map((id) => whose.paint(tile(id)));
  assert.deepEqual([bobs.sign, carols.sign], ["b", "c"]);
  assert.notEqual(bobs.fill, carols.fill);
  assert.equal(again.fill, bobs.fill);
  assert.equal(whose.paint(tile(null)).fill, null);
});

test("what is answered steps back", () => {
  const paint = begun().paint(tile(1, "labelled"));
  assert.deepEqual([paint.sign, paint.alpha], ["✓", 0.25]);
});

test("names that begin alike get as many letters as tell them apart", () => {
  const whose = new Whose();
  whose.take(
    [
      { id: 1, username: "anna" },
      { id: 2, username: "andrew" },
      { id: 3, username: "an" },
    ],
    true,
  );
  assert.deepEqual(
    [1, 2, 3].map((id) => whose.paint(tile(id)).sign),
    ["ann", "and", "an"],
  );
});

test("words and legend name the person, and others only for who isn't told of them", () => {
  assert.equal(begun().describe(tile(1)).text, "Assigned to bob, The shore first, by 2030-05-01");
  assert.equal(begun().describe(tile(null)).text, "Anybody's");
  assert.equal(begun(false).describe(tile(9)).text, "Assigned to somebody else");
  const titles = (whose) => whose.legend().map(({ title }) => title);
  assert.deepEqual(titles(begun()), ["bob", "carol", "Answered", "Anybody's"]);
  assert.deepEqual(titles(begun(false)), ["bob", "carol", "Somebody else's", "Answered", "Anybody's"]);
});
