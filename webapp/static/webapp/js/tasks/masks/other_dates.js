// The mask of the same ground at another date, as the start of this one: one step that can be undone, and told with it.
import { get } from "../../lib/request.js";
import { fromSent } from "../../state/sent_shapes.js";
import { holds } from "../../state/shapes.js";
import { toast } from "../../ui/toast.js";

const asked = new WeakMap(); // mask -> { said, at: of the next one, steps: since then, copied: steps at the last copy }

// Copy the next other date's mask to where nothing is painted; what was copied just before goes.
export async function copyOtherDate(easel) {
  const { mask, shelf } = easel;
  const item = easel.labelling.current;
  if (!item || !mask) return;
  const refusal = refused(item);
  const dates = refusal ? null : (asked.get(mask) ?? (await ask(item, mask)));
  if (!dates || easel.mask !== mask) {
    if (refusal) toast(refusal);
    return;
  }
  if (!dates.said.length) {
    toast("Nobody has painted this ground at another date yet.");
    return;
  }
  const said = dates.said[dates.at % dates.said.length];
  const { pixels } = await shelf.mask(said.mask_url);
  if (easel.mask !== mask) return;
  easel.painter.lift();
  if (dates.copied === dates.steps) mask.undo();
  dates.at += 1;
  const done = lay(mask, pixels, said, easel.task);
  dates.copied = done ? dates.steps : -1;
  toast(done ? words(said, dates) : `All that ${dateOf(said)} has is painted here already.`);
}

function refused(item) {
  if (item.audit) return "An audit is labelled by itself: no mask of another date is copied.";
  return item.other_dates_url ? "" : "Labels of this project speak of all dates at once: there is no other one.";
}

async function ask(item, mask) {
  const [told] = await get(item.other_dates_url);
  if (!told) return null; // said so already
  const dates = { said: told.filter((said) => said.mask_url), at: 0, steps: 0, copied: -1 };
  mask.on("step", () => {
    dates.steps += 1;
  });
  asked.set(mask, dates);
  return dates;
}

// Say whether anything was there to be taken over. Merged classes count as what they became, retired ones stay behind.
function lay(mask, pixels, { id, value }, task) {
  const codes = Uint8Array.from({ length: 256 }, (_, code) => {
    const target = code ? task.classOf(code) : null;
    return target && !target.retired ? target.code : 0;
  });
  const wanted = new Map(); // class code -> pixels that have nothing yet
  for (let at = 0; at < pixels.length; at += 1) {
    const code = codes[pixels[at]];
    if (!code || mask.pixels[at]) continue;
    if (!wanted.has(code)) wanted.set(code, []);
    wanted.get(code).push(at);
  }
  if (!wanted.size) return false;
  return mask.inOneStep(() => {
    for (const [code, indices] of wanted) mask.lay(indices, code);
    const drawn = (value.shapes ?? []).map(fromSent).map((shape) => ({ ...shape, code: codes[shape.code] }));
    mask.shapes = [...mask.shapes, ...drawn.filter((shape) => holds(mask, shape))];
    mask.notes = { ...mask.notes, copied_from: id };
  });
}

function words(said, { said: all }) {
  const more = all.length > 1 ? ` Once more takes the next of ${all.length} dates.` : "";
  return `Copied from ${dateOf(said)}, by ${said.author}: change what has changed. Ctrl Z takes it back.${more}`;
}

const dateOf = ({ epochs }) => epochs.join(" to ");
