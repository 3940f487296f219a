// Webhooks: make one, see its secret once, watch its messages, pause it, remove it.
import { byId, element } from "../lib/dom.js";
import { Poller } from "../lib/poller.js";
import { get, patch, post, remove } from "../lib/request.js";
import { ask } from "../ui/dialog.js";
import { showOnce } from "../ui/secret.js";
import { urls } from "../ui/shell.js";
import { brokenState, emptyState } from "../ui/states.js";
import { messageTable } from "./message_table.js";
import { webhookTable } from "./webhook_table.js";

export function showWebhooks({ project, events }) {
  const form = byId("new-webhook");
  const list = new Poller(() => get(urls.get("api:webhook-list", project.id), { quiet: true }));
  const address = (name, row) => urls.get(name, project.id, row.id);
  let chosen = null;
  const messages = new Poller(() => get(address("api:webhook-delivery-list", chosen), { quiet: true }));

  const then = async (request) => {
    const [answer, error] = await request;
    list.now();
    if (chosen) messages.now();
    return error ? null : answer;
  };

  async function add() {
    const told = events.filter(({ value }) => form.elements[value].checked).map(({ value }) => value);
    const made = await then(
      post(urls.get("api:webhook-list", project.id), { url: form.elements.url.value, events: told }),
    );
    if (!made) return;
    form.elements.url.value = "";
    showOnce("Secret of the webhook", made.secret);
  }

  function show(row) {
    chosen = row;
    byId("messages").hidden = false;
    byId("messages").querySelector("h2").textContent = `Messages to ${row.url}`;
    messages.stop();
    messages.seen = null;
    messages.start();
  }

  async function renew(row) {
    const text = "What is signed with the old one is taken for forged from the next message on.";
    if (!(await ask("Make a new secret?", text, { yes: "Make it" }))) return;
    const changed = await then(patch(address("api:webhook-detail", row), { new_secret: true }));
    if (changed) showOnce("Secret of the webhook", changed.secret);
  }

  async function drop(row) {
    if (!(await ask("Remove this webhook?", row.url, { yes: "Remove", danger: true }))) return;
    if (chosen?.id === row.id) {
      chosen = null;
      messages.stop();
      byId("messages").hidden = true;
    }
    then(remove(address("api:webhook-detail", row)));
  }

  async function test(row) {
    show(row);
    await then(post(address("api:webhook-test", row)));
  }

  const actions = {
    show,
    test,
    renew,
    drop,
    activate: (row, active) => then(patch(address("api:webhook-detail", row), { active })),
  };
  list.on("data", ({ results }) => {
    const empty = emptyState("No webhooks yet", "Add an address below; it hears of what comes from then on.");
    byId("webhooks").replaceChildren(results.length ? webhookTable(results, events, actions) : empty);
  });
  list.on("error", (error) => byId("webhooks").replaceChildren(brokenState(error, () => list.now())));
  messages.on("data", ({ results }) => {
    const empty = emptyState("No messages yet", "The next event makes one, or a test.");
    const again = (row) => then(post(address("api:delivery-again", row)));
    const forget = (row) => then(remove(address("api:delivery-detail", row)));
    byId("message-list").replaceChildren(results.length ? messageTable(results, { again, forget }) : empty);
  });
  const boxes = events.map(({ value, title }) =>
    element("label", { class: "row" }, element("input", { type: "checkbox", name: value, checked: true }), title),
  );
  byId("events").append(...boxes);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    add();
  });
  list.start();
}
