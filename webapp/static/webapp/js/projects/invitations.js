// To what one is invited: above the list of projects, gone once it is answered.
import { byId, element } from "../lib/dom.js";
import { get, post } from "../lib/request.js";
import { urls } from "../ui/shell.js";

export async function showInvitations() {
  const [page] = await get(urls.get("api:my-invitation-list", { page_size: 100 }), { quiet: true });
  const rows = page?.results ?? []; // without an answer the projects are shown all the same
  byId("invitations").hidden = rows.length === 0;
  byId("invitations").replaceChildren(...rows.map(row));
}

function row({ id, project, role, invited_by: by }) {
  const words = by ? `${by} invites you to ${project} as ${role}.` : `You are invited to ${project} as ${role}.`;
  const button = (title, kind, run) =>
    element("button", { type: "button", class: kind, "aria-label": `${title} ${project}`, onclick: run }, title);
  return element(
    "li",
    { class: "notice spread" },
    element("span", {}, words),
    element(
      "span",
      { class: "row" },
      button("Decline", "quiet", () => decline(id)),
      button("Accept", "primary", () => accept(id)),
    ),
  );
}

async function accept(id) {
  const [joined, error] = await post(urls.get("api:my-invitation-accept", id));
  if (error) return showInvitations();
  location.assign(urls.get("project", joined.project));
}

async function decline(id) {
  await post(urls.get("api:my-invitation-decline", id));
  showInvitations();
}
