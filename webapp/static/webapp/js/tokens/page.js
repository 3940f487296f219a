// The tokens of whoever is logged in: make one, see it once, revoke it.
import { byId } from "../lib/dom.js";
import { get, post, remove } from "../lib/request.js";
import { ask } from "../ui/dialog.js";
import { showOnce } from "../ui/secret.js";
import { urls } from "../ui/shell.js";
import { brokenState, emptyState } from "../ui/states.js";
import { toast } from "../ui/toast.js";
import { tokenTable } from "./token_table.js";

const form = byId("new-token");

async function load() {
  const [page, error] = await get(urls.get("api:token-list", { page_size: 1000 }), { quiet: true });
  if (error) return byId("tokens").replaceChildren(brokenState(error, load));
  const empty = emptyState("No tokens yet", "Make one for each program, so that you can revoke it alone.");
  byId("tokens").replaceChildren(page.results.length ? tokenTable(page.results, revoke) : empty);
}

async function make() {
  const { name, scope, days } = Object.fromEntries(new FormData(form));
  const [made, error] = await post(urls.get("api:token-list"), { name, scope, days: Number(days) });
  if (error) return;
  form.elements.name.value = "";
  showOnce(`Token ${made.name}`, made.token);
  load();
}

async function revoke(token) {
  const text = "Whatever uses it is shut out at once, and it cannot be had back.";
  if (!(await ask(`Revoke ${token.name}?`, text, { yes: "Revoke", danger: true }))) return;
  const [, error] = await remove(urls.get("api:token-detail", token.id));
  if (!error) toast("Revoked.");
  load();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  make();
});
load();
