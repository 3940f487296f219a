import assert from "node:assert/strict";
import { test } from "node:test";
import { agreementSentence, differences, personSentence } from "../../webapp/static/webapp/js/state/agreement.js";
import { paintedPersonSentence, paintNotes } from "../../webapp/static/webapp/js/state/painted.js";

test("it works: agreement is judged by Krippendorff's thresholds, and not from a handful", () => {
  assert.match(agreementSentence({ samples: 30, value: 0.85 }), /agree well/);
  assert.match(agreementSentence({ samples: 30, value: 0.7 }), /tentative/);
  assert.match(agreementSentence({ samples: 30, value: 0.3 }), /agree little/);
  assert.match(agreementSentence({ samples: 30, value: 0.3 }), /where the classes end/);
  assert.match(agreementSentence({ samples: 30, value: -0.3 }), /keys mixed up/);
  const measured = {
    done: "Answered",
    basis: "two answered",
    borders: "how you measure",
    mistake: "mean another unit",
  };
  assert.match(agreementSentence({ samples: 30, value: 0.3 }, measured), /talk about how you measure, and/);
  assert.match(agreementSentence({ samples: 30, value: -0.3 }, measured), /somebody may mean another unit\./);
  assert.match(agreementSentence({ samples: 2, value: 1 }), /too few to judge/);
  assert.equal(agreementSentence({ samples: 0, value: null }), "");
});

test("of masks, agreement says what was compared and why masks are not fused", () => {
  const painted = { done: "Painted", unit: "Pixel by pixel on", basis: "two people painted" };
  assert.match(
    agreementSentence({ samples: 30, value: 0.85 }, painted),
    /Pixel by pixel on 30 audits that two people painted/,
  );
  assert.match(agreementSentence({ samples: 3, value: 0.85 }, painted), /Painted twice so far: 3 audits/);
  const notes = paintNotes({ common: 0.8 });
  assert.match(notes[0], /80% of what either did/);
  assert.match(notes[1], /not fused/);
});

test("a person stands beside all together, or beside the others who painted", () => {
  const nameOf = (at) => ["Open water", "Forest"][at];
  const counts = [
    [5, 2],
    [0, 9],
  ];
  const together = "says the same as all together on 14 of 16 tiles, most often Forest for Open water (2)";
  assert.equal(personSentence({ counts }, nameOf), together);
  assert.match(
    paintedPersonSentence({ counts, tiles: 16 }, nameOf),
    /as the others do on 88% of what both painted, on 16/,
  );
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
