// A part of the page that is loaded and made when it is first needed.
import { toast } from "./toast.js";

const MISSING = "This part of the page could not be loaded. Try again when the server can be reached.";

// load() -> promise of a module; make(module) -> the part. Returns a function that hands the part to whom it is given.
export function later(load, make) {
  let part = null;
  return async (use) => {
    part ??= load().then(make);
    const made = await part.catch(() => null);
    if (made) use(made);
    else {
      part = null;
      toast(MISSING, { kind: "bad" });
    }
  };
}
