// The hand on a tile: what pointer, finger or pen do to it. One of them at a time; beside a pen, fingers and palms rest.

const PEN_RESTS_MS = 5000; // after a pen was seen, a touch is the hand that holds it

// pointOf(event) -> { x, y }; fire(type, detail) tells "press", "drag" ({ x, y, event }), "lift" ({ event }), "leave" and "close"
export function listenToHand(container, { pointOf, fire, pan }) {
  let last = null; // where a drag of the picture was
  let held = null; // the pointer that is down
  let penAt = -Infinity;
  const isOther = (event) => {
    if (event.pointerType === "pen") penAt = event.timeStamp;
    const palm = event.pointerType === "touch" && event.timeStamp - penAt < PEN_RESTS_MS;
    return palm || (held !== null && event.pointerId !== held);
  };
  container.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    if (isOther(event)) return;
    held = event.pointerId;
    container.setPointerCapture(event.pointerId);
    if (event.button === 0) fire("press", { ...pointOf(event), event });
    else last = event;
  });
  container.addEventListener("pointermove", (event) => {
    if (isOther(event)) return;
    if (!last) fire("drag", { ...pointOf(event), event });
    else pan([last.clientX - event.clientX, last.clientY - event.clientY]);
    last &&= event;
  });
  const end = (event) => {
    if (isOther(event)) return;
    last = held = null;
    fire("lift", { event });
  };
  container.addEventListener("pointerup", end);
  container.addEventListener("pointercancel", end);
  container.addEventListener("pointerleave", (event) => isOther(event) || fire("leave"));
  container.addEventListener("dblclick", () => fire("close"));
  container.addEventListener("contextmenu", (event) => event.preventDefault());
}
