import assert from "node:assert/strict";
import { test } from "node:test";
import {
  agreementSentence,
  differences,
  maskNotes,
  personSentence,
  reasonsOf,
  Suspects,
} from "../../webapp/static/webapp/js/state/suspects.js";

const classOf = (code) => ({ 1: { name: "Open water" }, 2: { name: "Forest" } })[code] ?? null;
const items = () => [7, 8, 9].map((annotation) => ({ annotation }));

function filled() {
  const suspects = new Suspects();
  suspects.fill(items());
  return suspects;
}

test("it works", () => {
  const suspects = filled();
  assert.equal(suspects.current.annotation, 7);
  suspects.move(1);
  assert.equal(suspects.current.annotation, 8);
  suspects.move(5);
  assert.equal(suspects.current.annotation, 8);
});

test("a decided one makes room for the next, and stays off when an older answer comes", () => {
  const suspects = filled();
  suspects.take(suspects.current);
  assert.equal(suspects.current.annotation, 8);
  suspects.fill(items());
  assert.deepEqual(
    suspects.items.map(({ annotation }) => annotation),
    [8, 9],
  );
});

test("a refused decision puts it back where it was", () => {
  const suspects = filled();
  suspects.move(1);
  const putBack = suspects.take(suspects.current);
  assert.equal(suspects.current.annotation, 9);
  putBack();
  assert.equal(suspects.current.annotation, 8);
  assert.equal(suspects.items.length, 3);
});

test("the one on show stays on show when the list changes", () => {
  const suspects = filled();
  suspects.move(2);
  suspects.fill([{ annotation: 5 }, ...items()]);
  assert.equal(suspects.current.annotation, 9);
});

test("after the last one there is none", () => {
  const suspects = filled();
  while (suspects.current) suspects.take(suspects.current);
  assert.equal(suspects.current, null);
});

test("the model's reason names both classes and the look-alikes", () => {
  const item = { kind: "model", given: 1, suggested: 2, own: 0.04, other: 0.91, near: 5, near_suggested: 1 };
  assert.deepEqual(reasonsOf(item, classOf), [
    "A model that has not seen this label gives Open water 4% and Forest 91%.",
    "Of the 5 labelled tiles that look most like it, 1 is Forest.",
  ]);
  assert.equal(reasonsOf({ ...item, near_suggested: 0 }, classOf).length, 1);
});

test("of a mask, the reason speaks of the outlined area", () => {
  const area = { area: ["01", "00"], share: 0.124, given: 1, suggested: 2 };
  assert.deepEqual(reasonsOf({ ...area, kind: "model", own: 0.04, other: 0.91 }, classOf), [
    "A model that has not seen this tile gives the outlined area, 12% of the paint, Open water 4% and Forest 91%.",
  ]);
  const votes = [
    { code: 1, people: 1 },
    { code: 2, people: 1 },
  ];
  assert.deepEqual(reasonsOf({ ...area, share: 0.001, kind: "people", votes }, classOf), [
    "People painted the outlined area, less than 1% of the paint, differently: Open water (1), Forest (1).",
  ]);
});

test("people who differ are counted, not named", () => {
  const votes = [
    { code: 1, people: 2 },
    { code: 2, people: 1 },
  ];
  const [first] = reasonsOf({ kind: "people", votes, suggested: 1, other: 0.8 }, classOf);
  assert.equal(first, "People gave it different classes: Open water (2), Forest (1).");
});

test("agreement is judged by Krippendorff's thresholds, and not from a handful", () => {
  assert.match(agreementSentence({ samples: 30, alpha: 0.85 }), /agree well/);
  assert.match(agreementSentence({ samples: 30, alpha: 0.7 }), /tentative/);
  assert.match(agreementSentence({ samples: 30, alpha: 0.3 }), /agree little/);
  assert.match(agreementSentence({ samples: 30, alpha: -0.3 }), /keys mixed up/);
  assert.match(agreementSentence({ samples: 2, alpha: 1 }), /too few to judge/);
  assert.equal(agreementSentence({ samples: 0, alpha: null }), "");
});

test("of masks, agreement says what was compared and why masks are not fused", () => {
  const masks = { samples: 30, alpha: 0.85, common: 0.8 };
  assert.match(agreementSentence(masks), /Pixel by pixel on 30 audits that two people painted/);
  assert.match(agreementSentence({ ...masks, samples: 3 }), /Painted twice so far: 3 audits/);
  assert.equal(maskNotes({ samples: 30, alpha: 0.85 }).length, 0);
  assert.match(maskNotes(masks)[0], /80% of what either did/);
  assert.match(maskNotes(masks)[1], /not fused/);
});

test("a person stands beside all together, or beside the others who painted", () => {
  const nameOf = (at) => ["Open water", "Forest"][at];
  const counts = [
    [5, 2],
    [0, 9],
  ];
  const together = "says the same as all together on 14 of 16 tiles, most often Forest for Open water (2)";
  assert.equal(personSentence({ counts }, nameOf), together);
  assert.match(personSentence({ counts, tiles: 16 }, nameOf), /as the others do on 88% of what both painted, on 16/);
});

test("differences are the cells off the diagonal, largest first", () => {
  assert.deepEqual(
    differences(
      [
        [5, 2],
        [4, 9],
      ],
      1,
    ),
    [{ row: 1, column: 0, count: 4 }],
  );
});

test("decisions are taken back latest first, and come up again", async () => {
  const suspects = filled();
  const gone = [];
  await suspects.decide(suspects.current, async () => ({ id: 41 }));
  await suspects.decide(suspects.current, async () => ({ id: 42 }));
  assert.equal(suspects.current.annotation, 9);
  const back = async ({ id }) => gone.push(id) > 0;
  assert.equal((await suspects.undo(back)).annotation, 8);
  assert.equal(suspects.current.annotation, 8);
  assert.equal((await suspects.undo(back)).annotation, 7);
  assert.deepEqual(gone, [42, 41]);
  assert.deepEqual(
    suspects.items.map(({ annotation }) => annotation),
    [7, 8, 9],
  );
  assert.equal(await suspects.undo(back), null);
});

test("a decision taken back before it was saved waits for that", async () => {
  const suspects = filled();
  let save;
  const deciding = suspects.decide(suspects.current, () => new Promise((resolve) => (save = resolve)));
  const undoing = suspects.undo(async () => true);
  save({ id: 5 });
  assert.equal((await undoing).annotation, 7);
  await deciding;
  assert.equal(suspects.done.length, 0);
});

test("a refused decision cannot be taken back, and a refused taking back leaves the list as it is", async () => {
  const suspects = filled();
  const { stored, putBack } = await suspects.decide(suspects.current, async () => null);
  assert.equal(stored, null);
  putBack();
  assert.equal(suspects.done.length, 0);
  await suspects.decide(suspects.current, async () => ({ id: 5 }));
  assert.equal(await suspects.undo(async () => false), null);
  assert.equal(suspects.items.length, 2);
});
