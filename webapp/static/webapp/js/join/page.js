// What a link leads to that somebody was sent, and the account that it takes. Its secret stays behind the #.
import { byId, pageData } from "../lib/dom.js";
import { post } from "../lib/request.js";
import { urls } from "../ui/shell.js";

const { user } = pageData();
const form = byId("join");

async function ask(fields) {
  const secret = location.hash.slice(1);
  const [told, error] = await post(urls.get("api:join"), { secret, ...fields }, { quiet: true });
  byId("problem").textContent = error?.message ?? "";
  byId("problem").hidden = !error;
  return told;
}

async function look() {
  const told = location.hash.length > 1 ? await ask({ accept: false }) : null;
  byId("account").hidden = byId("accept").hidden = !told;
  byId("home").hidden = Boolean(told);
  if (!told) {
    byId("what").textContent = "This address leads nowhere.";
    return;
  }
  const what = told.name ? `${told.role} in “${told.name}”` : told.role;
  byId("what").textContent = user ? `You are ${user}, and become: ${what}.` : `You become: ${what}. Choose a name.`;
  byId("account").hidden = Boolean(user);
  for (const field of byId("account").querySelectorAll("input")) field.disabled = Boolean(user);
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  byId("accept").disabled = true;
  const told = await ask({ ...Object.fromEntries(new FormData(form)), accept: true });
  byId("accept").disabled = false;
  if (told) location.assign(told.project ? urls.get("project", told.project) : urls.get("projects"));
});
window.addEventListener("hashchange", look);
look();
