// What the model would say without a modality or sensor: what can be left out of a sample, and the answer in words.
import { percent } from "../lib/format.js";

// What is left out by the key: the modality of the active scene, or its sensor where all are of that one; "" for none.
export function omissible(item, scene) {
  if (!scene) return "";
  const others = (name) => item.scenes.some((each) => each[name] !== scene[name]);
  if (others("modality")) return scene.modality;
  return others("sensor") ? scene.sensor : "";
}

// As people call what is left out; a sensor is called by its own name.
export const MODALITIES = {
  optical: "the optical scenes",
  sar: "the radar",
  elevation: "the heights",
  points: "the point clouds",
  text: "the posts",
};

export function wordFor(item, asked) {
  return MODALITIES[asked] ?? item.scenes.find(({ sensor }) => sensor === asked)?.sensor_title ?? asked;
}

export function answerText({ with: usual, without }, word) {
  if (!usual || !without) return `Without ${word} the model says nothing of this tile.`;
  const said = ({ text, confidence }) => `${text} (${percent(confidence)})`;
  if (usual.text === without.text) return `Without ${word} it stays ${said(without)}; with all it is ${said(usual)}.`;
  return `Without ${word} it would be ${said(without)} instead of ${said(usual)}.`;
}
