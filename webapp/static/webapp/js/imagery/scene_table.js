// The table of scenes: what each is, and the corrections that an owner may make.
import { element } from "../lib/dom.js";
import { number } from "../lib/format.js";

// change(scene, fields), describe(scene), locate(scene), align(scene), date(scene), bring(scene) and remove(scene) are null for those who may not.
export function sceneTable(scenes, sensors, { change, describe, locate, align, date, bring, remove }) {
  const head = ["", "Scene", "Sensor", "Date", "Size", "Tiles", ""].map((title) =>
    element("th", { scope: "col", class: ["Size", "Tiles"].includes(title) ? "number" : null }, title),
  );
  const rows = scenes.map((scene) =>
    sceneRow(scene, sensors, { change, describe, locate, align, date, bring, remove }),
  );
  return element(
    "table",
    { class: "scene-table" },
    element("thead", {}, element("tr", {}, head)),
    element("tbody", {}, rows),
  );
}

function sceneRow(scene, sensors, { change, describe, locate, align, date, bring, remove }) {
  const isRemote = scene.kind === "remote";
  const place = scene.bounds ? scene.crs : "Image coordinates: not on the map";
  const confirm = () => change(scene, { sensor: scene.sensor.code });
  return element(
    "tr",
    {},
    element("td", {}, element("img", { src: scene.preview_url, alt: `Preview of ${scene.name}`, loading: "lazy" })),
    element(
      "td",
      {},
      element("div", { class: "name" }, scene.name),
      element("div", { class: "faint" }, shortCrs(place)),
      locate && !isRemote && locateButton(scene, locate),
      bring && isRemote && bringButton(scene, bring),
      align && scene.bounds && alignButton(scene, align),
      scene.fault && element("div", { class: "fault" }, `Not read by the model: ${scene.fault}`),
      ...scene.remarks.map((remark) => element("div", { class: "remark" }, remark)),
    ),
    element(
      "td",
      {},
      change ? sensorField(scene, sensors, change) : scene.sensor.title,
      scene.sensor.guessed &&
        element("div", { class: "row faint" }, "Guessed: ", change ? confirmButton(confirm) : "please check"),
      describe && describeButton(scene, describe),
    ),
    element(
      "td",
      {},
      change ? dateField(scene, change) : (scene.acquired ?? "Unknown"),
      date && dateButton(scene, date),
    ),
    element(
      "td",
      { class: "number" },
      `${number(scene.width)} × ${number(scene.height)}`,
      element("div", { class: "faint" }, bandsOf(scene)),
    ),
    element("td", { class: "number" }, number(scene.columns * scene.rows)),
    element("td", {}, remove && removeButton(scene, remove)),
  );
}

function sensorField(scene, sensors, change) {
  const fitting = sensors.filter(
    ({ code, bands }) => bands === scene.sensor.bands.length || code === scene.sensor.code,
  );
  const known = fitting.some(({ code }) => code === scene.sensor.code);
  const all = known ? fitting : [{ code: scene.sensor.code, title: scene.sensor.title }, ...fitting];
  const options = all.map(({ code, title }) =>
    element("option", { value: code, selected: code === scene.sensor.code }, title),
  );
  const onchange = (event) => change(scene, { sensor: event.target.value });
  return element("select", { "aria-label": `Sensor of ${scene.name}`, onchange }, options);
}

function confirmButton(onclick) {
  return element("button", { type: "button", class: "quiet", onclick }, "It is right");
}

function describeButton(scene, describe) {
  const onclick = () => describe(scene);
  return element(
    "button",
    { type: "button", class: "quiet", "aria-label": `Which band of ${scene.name} is what`, onclick },
    "Bands…",
  );
}

function locateButton(scene, locate) {
  const onclick = () => locate(scene);
  return element(
    "button",
    { type: "button", class: "quiet", "aria-label": `Where ${scene.name} lies`, onclick },
    "Place…",
  );
}

function bringButton(scene, bring) {
  const onclick = (event) => {
    event.target.disabled = true;
    bring(scene);
  };
  return element(
    "button",
    { type: "button", class: "quiet", "aria-label": `Bring ${scene.name} in`, onclick },
    "Bring in",
  );
}

function dateButton(scene, date) {
  const onclick = () => date(scene);
  const label = `Dates of ${scene.name} and scenes like it`;
  return element("button", { type: "button", class: "quiet", "aria-label": label, onclick }, "For many…");
}

function alignButton(scene, align) {
  const onclick = () => align(scene);
  return element(
    "button",
    { type: "button", class: "quiet", "aria-label": `How ${scene.name} lies on others`, onclick },
    "Line up…",
  );
}

function dateField(scene, change) {
  const onchange = (event) => change(scene, { acquired: event.target.value || null });
  return element("input", {
    type: "date",
    value: scene.acquired?.slice(0, 10) ?? "",
    title: scene.acquired?.includes("T") ? `${scene.acquired}: a new date has no time` : null,
    "aria-label": `Date of ${scene.name}`,
    onchange,
  });
}

function removeButton(scene, remove) {
  const onclick = () => remove(scene);
  return element(
    "button",
    { type: "button", class: "quiet icon", title: "Remove", "aria-label": `Remove ${scene.name}`, onclick },
    "×",
  );
}

function bandsOf({ sensor, dtype }) {
  const many = sensor.bands.length;
  return `${many} ${many === 1 ? "band" : "bands"}, ${dtype}`;
}

function shortCrs(text) {
  return text.length > 40 ? `${text.slice(0, 38)}…` : text;
}
