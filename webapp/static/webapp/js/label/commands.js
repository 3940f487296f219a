// Commands of a page: each has keys and, if the template has one, a button that shows the first of them.
import { keyCap } from "../ui/key_cap.js";

export class Commands {
  // `lost`: keys that classes took for themselves; their commands keep the button.
  constructor(keys, { lost = [] } = {}) {
    this.keys = keys;
    this.lost = new Set(lost);
  }

  add(name, combos, title, run, options = {}) {
    const left = [combos].flat().filter((combo) => !this.lost.has(combo));
    if (left.length) this.keys.bind(left, title, run, options);
    for (const button of document.querySelectorAll(`[data-command="${name}"]`)) {
      button.title = title;
      const tight = Boolean(button.closest(".tools, .find"));
      button.append(" ", ...left.slice(0, 1).map((combo) => keyCap(combo, { tight })));
      if (options.release) hold(button, run, options.release);
      else button.addEventListener("click", run);
    }
  }
}

function hold(button, press, release) {
  button.addEventListener("pointerdown", press);
  for (const end of ["pointerup", "pointerleave", "pointercancel"]) button.addEventListener(end, release);
}
