import assert from "node:assert/strict";
import { test } from "node:test";
import {
  amountColour,
  amountLegend,
  paintAmount,
  paintWidth,
} from "../../webapp/static/webapp/js/state/amount_colours.js";
import { AmountDraft } from "../../webapp/static/webapp/js/state/amount_draft.js";
import {
  digitsOf,
  inUnit,
  plain,
  readAmount,
  readNumber,
  readUncertainty,
  rounded,
  stepped,
} from "../../webapp/static/webapp/js/state/amounts.js";

const moisture = { name: "Fuel moisture", unit: "%", low: 0, high: 100, step: 0.5, tolerance: 5 };
const depth = { name: "Depth", unit: "", low: -20, high: 0, step: 1, tolerance: 2 };

test("it works: points and commas are both a decimal mark, and the unit may stand behind", () => {
  for (const text of ["12.5", "12,5", " 12.5 ", "12.5 %", "12,5%", "+12.5", "1.25e1"])
    assert.deepEqual(readAmount(text, moisture), { value: 12.5 }, text);
  assert.deepEqual(readAmount("−7", depth), { value: -7 });
  assert.deepEqual(readNumber("1 234,5"), { value: 1234.5 });
  assert.deepEqual(readNumber("0,125"), { value: 0.125 });
  assert.equal(readAmount("  ", moisture).value, null);
});

test("what can mean two numbers is refused with both readings", () => {
  assert.match(readNumber("1,234").problem, /1234 or 1\.234/);
  assert.match(readNumber("-12,500").problem, /-12500 or -12\.500/);
  assert.match(readNumber("1.234,5").problem, /more than one mark/);
  assert.match(readNumber("1,234,567").problem, /more than one mark/);
});

test("what is no number of this unit and range is refused in words", () => {
  for (const text of ["NaN", "Infinity", "-inf", "twelve", "1.2.3", "1 2", "0x10", "1e999"])
    assert.match(readNumber(text).problem, /not a number/, text);
  assert.match(readAmount("5 m", moisture).problem, /is in %; “m”/);
  assert.match(readAmount("100.5", moisture).problem, /Fuel moisture goes from 0\.0 % to 100\.0 %/);
  assert.match(readAmount("1", depth).problem, /from −20 to 0/);
  assert.match(readUncertainty("-1", moisture).problem, /from 0 to 100\.0 %/);
  assert.match(readUncertainty("few", moisture).problem, /not a number/);
});

test("steps go to the next multiple and stay within the range, without dust behind the point", () => {
  assert.equal(stepped(12.5, 1, moisture), 13);
  assert.equal(stepped(12.7, 1, moisture), 13);
  assert.equal(stepped(12.7, -1, moisture), 12.5);
  assert.equal(stepped(99.9, 10, moisture), 100);
  assert.equal(stepped(0.5, -10, moisture), 0);
  assert.equal(stepped(0.2, 1, { low: 0, high: 1, step: 0.1 }), 0.3);
  assert.equal(rounded(31.26, moisture), 31.5);
  assert.deepEqual([1, 0.5, 0.25, 1e-3, 10].map(digitsOf), [0, 1, 2, 3, 0]);
});

test("amounts are shown as finely as the step, with a true minus", () => {
  assert.equal(plain(12, { step: 1 }), "12");
  assert.equal(plain(12.5, moisture), "12.5");
  assert.equal(plain(-12, depth), "−12");
  assert.equal(inUnit(31, moisture), "31.0 %");
  assert.equal(plain(null, moisture), "–");
});

test("a draft shows the model's amount until something is written, and never sends what it cannot read", () => {
  const draft = new AmountDraft(moisture, { suggested: { amount: 31.26 } });
  assert.deepEqual(draft.value(), { amount: 31.5, uncertainty: null });
  draft.write("four");
  assert.deepEqual([draft.value(), draft.shown], [null, null]);
  assert.match(draft.problem, /not a number/);
  draft.write("40,5");
  draft.writeUncertainty("2");
  assert.deepEqual(draft.value(), { amount: 40.5, uncertainty: 2 });
  draft.writeUncertainty("NaN");
  assert.equal(draft.value(), null);
});

test("without a suggestion nothing is sent until somebody writes, and the first step is the middle", () => {
  const draft = new AmountDraft(moisture);
  assert.equal(draft.value(), null);
  draft.step(1);
  assert.equal(draft.shown, 50.5);
  draft.step(-1, { far: true });
  assert.equal(draft.shown, 45.5);
});

test("one's own answer comes back as it was given", () => {
  const draft = new AmountDraft(depth, { said: { amount: -7, uncertainty: 0.5 }, suggested: { amount: -3 } });
  assert.deepEqual(draft.value(), { amount: -7, uncertainty: 0.5 });
});

test("colours run from the low end to the high end, and what lies outside has the end's colour", () => {
  assert.equal(amountColour(0, moisture), "#00224e");
  assert.equal(amountColour(100, moisture), "#fee838");
  assert.equal(amountColour(140, moisture), "#fee838");
  assert.notEqual(amountColour(49, moisture), amountColour(52, moisture));
  assert.equal(amountLegend(moisture)[0].title, "83.3–100.0 %");
});

test("on the map a label is full, a suggestion hatched, and a narrow interval lighter than a wide one", () => {
  const tile = { state: "open", value: null, suggested_value: 31, width: 10, audit: false };
  assert.deepEqual([paintAmount(tile, moisture).pattern, paintAmount(tile, moisture).sign], ["hatch", "31.0?"]);
  assert.equal(paintAmount({ ...tile, state: "labelled", value: 30 }, moisture).pattern, null);
  assert.equal(paintAmount({ ...tile, suggested_value: null }, moisture).fill, null);
  const light = (width) => Number.parseInt(paintWidth({ ...tile, width }, moisture).fill.slice(1, 3), 16);
  assert.ok(light(10) > light(60));
});
