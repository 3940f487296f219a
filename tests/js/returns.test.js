import assert from "node:assert/strict";
import { test } from "node:test";
import { lasClass } from "../../webapp/static/webapp/js/state/las_classes.js";
import { filterPosts, languageName, momentText } from "../../webapp/static/webapp/js/state/post_filter.js";
import {
  cutAlong,
  fromBelow,
  paintReturns,
  readReturns,
  stripWidth,
  thinned,
} from "../../webapp/static/webapp/js/state/returns.js";

const COLUMNS = [
  ["x", "<f4", Float32Array],
  ["y", "<f4", Float32Array],
  ["z", "<f4", Float32Array],
  ["intensity", "<f4", Float32Array],
  ["class", "u1", Uint8Array],
  ["number", "u1", Uint8Array],
];

function answer(rows, more = {}) {
  const columns = COLUMNS.map(([name, kind]) => [name, kind]);
  const header = { count: rows.length, total: rows.length, every: 1, metres: [0.5, 0.5], columns, ...more };
  let text = JSON.stringify(header);
  text += " ".repeat((4 - (text.length % 4)) % 4);
  const head = new TextEncoder().encode(text);
  const parts = COLUMNS.map(([, , Kind], at) => new Uint8Array(Kind.from(rows, (row) => row[at]).buffer));
  const bytes = new Uint8Array(4 + head.length + parts.reduce((sum, part) => sum + part.length, 0));
  new DataView(bytes.buffer).setUint32(0, head.length, true);
  bytes.set(head, 4);
  let at = 4 + head.length;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes.buffer;
}

const ROWS = [
  [1, 2, 10, 100, 2, 1],
  [3, 2, 30, 400, 5, 1],
  [5, 6, 20, 200, 5, 2],
];

test("it works", () => {
  const returns = readReturns(answer(ROWS));
  assert.deepEqual([...returns.z], [10, 30, 20]);
  assert.deepEqual([...returns.class], [2, 5, 5]);
  assert.deepEqual(returns.metres, [0.5, 0.5]);
  assert.deepEqual([...fromBelow(returns)], [0, 2, 1]);
});

test("no points are no trouble", () => {
  const none = readReturns(answer([]));
  for (const look of ["height", "intensity", "class"]) {
    const { colours, legend } = paintReturns(none, look);
    assert.equal(colours.length, 0);
    assert.ok(legend.title);
  }
  assert.deepEqual(
    cutAlong(
      none,
      [
        { x: 0, y: 0 },
        { x: 9, y: 0 },
      ],
      1,
    ).points,
    [],
  );
});

test("heights go from dark to light, and their ends are told", () => {
  const { colours, legend } = paintReturns(readReturns(answer(ROWS)), "height");
  assert.deepEqual([...colours.slice(0, 3)], [0x44, 0x01, 0x54]);
  assert.deepEqual([...colours.slice(3, 6)], [0xfd, 0xe7, 0x25]);
  assert.deepEqual(legend.ends, ["10.0 m", "30.0 m"]);
});

test("a single height is no division by nothing", () => {
  const { colours } = paintReturns(readReturns(answer([ROWS[0]])), "height");
  assert.deepEqual([...colours], [0x44, 0x01, 0x54]);
});

test("classes are told by name, the most frequent first", () => {
  const { colours, legend } = paintReturns(readReturns(answer(ROWS)), "class");
  assert.deepEqual(
    legend.rows.map(({ title, count }) => [title, count]),
    [
      ["High vegetation", 2],
      ["Ground", 1],
    ],
  );
  assert.deepEqual([...colours.slice(0, 3)], [0xe6, 0x9f, 0x00]);
  assert.equal(lasClass(40).title, "Reserved 40");
  assert.equal(lasClass(200).title, "Own class 200");
});

test("what is left out is said", () => {
  assert.equal(thinned({ count: 5, total: 5, every: 1 }), "");
  assert.equal(thinned({ count: 1000, total: 5000, every: 5 }), "1,000 of about 5,000 points");
});

test("a line cuts the points near it, in metres along it", () => {
  const returns = readReturns(answer(ROWS));
  const cut = cutAlong(
    returns,
    [
      { x: 0, y: 2 },
      { x: 8, y: 2 },
    ],
    1,
  );
  assert.equal(cut.length, 4);
  assert.deepEqual(cut.points, [0, 1]);
  assert.deepEqual(cut.along, [0.5, 1.5]);
  assert.deepEqual(
    cutAlong(
      returns,
      [
        { x: 2, y: 2 },
        { x: 2, y: 2 },
      ],
      1,
    ).points,
    [],
  );
  assert.equal(stripWidth(returns, 16), 1);
  assert.equal(stripWidth(returns, 320), 5);
});

test("posts are found by all words and by days", () => {
  const posts = [
    { text: "Water in the <b>street</b>", moment: "2010-01-12T16:53:00", language: "en" },
    { text: "Nou bezwen dlo", moment: "2010-02-01", language: "ht" },
    { text: "water, undated", moment: "", language: "" },
  ];
  const texts = (filter) => filterPosts(posts, filter).map(({ text }) => text.slice(0, 5));
  assert.deepEqual(texts({}), ["Water", "Nou b", "water"]);
  assert.deepEqual(texts({ words: "STREET water" }), ["Water"]);
  assert.deepEqual(texts({ from: "2010-01-13" }), ["Nou b"]);
  assert.deepEqual(texts({ to: "2010-01-12" }), ["Water"]);
  assert.equal(languageName("ht"), "Haitian Creole");
  assert.equal(languageName("no-such-language-at-all"), "no-such-language-at-all");
  assert.equal(languageName(""), "");
  assert.equal(momentText("2010-01-12T16:53:00"), "2010-01-12 16:53");
});
