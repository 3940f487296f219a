// Copying a text; where the browser does not let the page, it is selected for Ctrl+C.
import { toast } from "./toast.js";

export async function copyText(text, field) {
  if (field) select(field);
  try {
    await navigator.clipboard.writeText(text);
    toast("Copied.");
  } catch {
    toast("The browser does not let the page copy: it is selected, press Ctrl+C.");
  }
}

function select(field) {
  field.focus();
  if (field.select) field.select();
  else getSelection().selectAllChildren(field);
}
