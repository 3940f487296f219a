// Imports: send a file of labels, see what would become of each item, map classes, take in, take back.
import { byId, element, pageData } from "../lib/dom.js";
import { percent } from "../lib/format.js";
import { Poller } from "../lib/poller.js";
import { get, patch, post, remove } from "../lib/request.js";
import { upload } from "../lib/upload.js";
import { ask } from "../ui/dialog.js";
import { urls } from "../ui/shell.js";
import { brokenState, emptyState } from "../ui/states.js";
import { importCard } from "./import_card.js";

const AT_ONCE = 20;
const { project, classes, formats, fates, states, upload_limit_mb: limit } = pageData();
const form = byId("send");
const sending = byId("sending");
const poller = new Poller(() => get(urls.get("api:import-list", project.id, { page_size: AT_ONCE }), { quiet: true }));
const cards = new Map(); // id -> { text, node }: a card that somebody works in is not drawn anew

const actions = {
  classes,
  formats,
  fates,
  states,
  change: (row, fields) => act(patch(urls.get("api:import-detail", project.id, row.id), fields)),
  take: (row) => act(post(urls.get("api:import-take", project.id, row.id), {})),
  undo,
  drop: (row) => act(remove(urls.get("api:import-detail", project.id, row.id))),
  restart: (row) => act(post(urls.get("api:job-restart", project.id, row.job), {})),
  items: (row, query) => get(urls.get("api:import-item-list", project.id, row.id, query)),
  addClass,
};

async function act(request) {
  await request;
  poller.now();
}

async function undo(row) {
  const text = "Labels that somebody has changed or looked at since stay. The history of all of them stays.";
  if (!(await ask(`Take the labels of ${row.name} back?`, text, { yes: "Take back", danger: true }))) return;
  await act(post(urls.get("api:import-undo", project.id, row.id), {}));
}

// Add a class of the file to the project; resolves to its code, or null.
async function addClass({ name, colour, definition = "", group = "" }) {
  const fields = { name: name.slice(0, 80), colour: colour || "", definition, group };
  const [made] = await post(urls.get("api:class-list", project.id), fields);
  if (made) classes.push({ ...made, retired: false, merged_into: null });
  return made?.code ?? null;
}

async function send(file) {
  if (file.size > limit * 2 ** 20) return tell(`${file.name} is larger than ${limit} MB.`, true);
  const { trust, cover, replace } = form.elements;
  const body = new FormData();
  body.append("file", file);
  body.append("trust", trust.value);
  body.append("options", JSON.stringify({ cover: cover.value, replace: replace.value === "yes" }));
  tell(`Sending ${file.name}`);
  const progress = (share) => tell(`Sending ${file.name}: ${percent(share)}`);
  const [, error] = await upload(urls.get("api:import-list", project.id), body, progress);
  tell(error ? error.message : "", Boolean(error));
  poller.now();
}

function tell(text, bad = false) {
  sending.textContent = text;
  sending.className = bad ? "problem" : "faint";
}

function show({ results }) {
  const nodes = results.map((row) => {
    const text = JSON.stringify(row);
    const before = cards.get(row.id);
    const node = before?.text === text ? before.node : importCard(row, actions);
    cards.set(row.id, { text, node });
    return node;
  });
  const empty = emptyState(
    "No imports yet",
    "Choose a file above. Nothing changes before you have seen what it holds.",
  );
  byId("imports").replaceChildren(...(nodes.length ? nodes : [element("section", { class: "sheet" }, empty)]));
}

byId("formats").textContent = `Read: ${Object.values(formats).join(", ")}.`;
byId("file").addEventListener("change", ({ target }) => {
  if (target.files.length) send(target.files[0]);
  target.value = "";
});
for (const type of ["dragover", "dragleave", "drop"]) {
  form.addEventListener(type, (event) => {
    event.preventDefault();
    form.classList.toggle("over", type === "dragover");
    if (type === "drop" && event.dataTransfer.files.length) send(event.dataTransfer.files[0]);
  });
}
poller.on("data", show);
poller.on("error", (error) => byId("imports").replaceChildren(brokenState(error, () => poller.now())));
document.addEventListener("visibilitychange", () => (document.hidden ? poller.stop() : poller.start()));
poller.start();
