import assert from "node:assert/strict";
import { test } from "node:test";
import { answerText, omissible, wordFor } from "../../webapp/static/webapp/js/state/omission.js";

const scene = (sensor, modality) => ({ sensor, modality, sensor_title: sensor.toUpperCase() });
const said = (text, confidence) => ({ text, confidence });

test("it works: the modality of the active scene is left out where there is another one", () => {
  const scenes = [scene("s2", "optical"), scene("s1", "sar")];
  assert.equal(omissible({ scenes }, scenes[1]), "sar");
  assert.equal(wordFor({ scenes }, "sar"), "the radar");
});

test("among sensors of one modality the sensor is left out, and never all that there is", () => {
  const scenes = [scene("s2", "optical"), scene("rgb", "optical")];
  assert.equal(omissible({ scenes }, scenes[0]), "s2");
  assert.equal(wordFor({ scenes }, "s2"), "S2");
  assert.equal(omissible({ scenes: [scenes[0], scenes[0]] }, scenes[0]), "");
  assert.equal(omissible({ scenes }, null), "");
});

test("both answers are told with how sure the model is", () => {
  const changed = { with: said("Water", 0.81), without: said("Forest", 0.55) };
  assert.equal(answerText(changed, "the radar"), "Without the radar it would be Forest (55%) instead of Water (81%).");
  const same = { with: said("Water", 0.81), without: said("Water", 0.6) };
  assert.equal(answerText(same, "the radar"), "Without the radar it stays Water (60%); with all it is Water (81%).");
  const none = { with: null, without: null };
  assert.equal(answerText(none, "the radar"), "Without the radar the model says nothing of this tile.");
});
