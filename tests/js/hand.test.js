import assert from "node:assert/strict";
import { test } from "node:test";
import { listenToHand } from "../../webapp/static/webapp/js/map/hand.js";

// A container that takes events, and what the hand made of them.
function table() {
  const container = new EventTarget();
  container.setPointerCapture = () => {};
  const told = [];
  const pans = [];
  listenToHand(container, {
    pointOf: ({ clientX, clientY }) => ({ x: clientX, y: clientY }),
    fire: (type, detail) => told.push(detail?.x === undefined ? type : `${type} ${detail.x}`),
    pan: (by) => pans.push(by),
  });
  const send = (type, values = {}) => {
    const plain = { pointerId: 1, pointerType: "mouse", button: 0, clientX: 0, clientY: 0, ...values };
    container.dispatchEvent(Object.defineProperties(new Event(type, { cancelable: true }), described(plain)));
  };
  return { send, told, pans };
}

const described = (values) => Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value }]));

test("it works: a press, a pull and a lift", () => {
  const { send, told } = table();
  send("pointerdown", { clientX: 1 });
  send("pointermove", { clientX: 2 });
  send("pointerup");
  send("dblclick");
  assert.deepEqual(told, ["press 1", "drag 2", "lift", "close"]);
});

test("another button moves the picture", () => {
  const { send, told, pans } = table();
  send("pointerdown", { button: 2, clientX: 5 });
  send("pointermove", { clientX: 2 });
  assert.deepEqual([told, pans], [[], [[3, 0]]]);
});

test("the palm beside a pen draws nothing, nor does a second finger", () => {
  const { send, told } = table();
  send("pointerdown", { pointerType: "pen", pointerId: 7, clientX: 1 });
  send("pointerdown", { pointerType: "touch", pointerId: 8, clientX: 90 });
  send("pointermove", { pointerType: "touch", pointerId: 8, clientX: 91 });
  send("pointerup", { pointerType: "touch", pointerId: 8 });
  send("pointermove", { pointerType: "pen", pointerId: 7, clientX: 2 });
  send("pointerup", { pointerType: "pen", pointerId: 7 });
  assert.deepEqual(told, ["press 1", "drag 2", "lift"]);
  const fingers = table();
  fingers.send("pointerdown", { pointerType: "touch", pointerId: 1, clientX: 1 });
  fingers.send("pointerdown", { pointerType: "touch", pointerId: 2, clientX: 9 });
  fingers.send("pointerup", { pointerType: "touch", pointerId: 2 });
  fingers.send("pointerup", { pointerType: "touch", pointerId: 1 });
  assert.deepEqual(fingers.told, ["press 1", "lift"]);
});
