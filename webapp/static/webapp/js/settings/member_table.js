// The people of a project and their roles.
import { element } from "../lib/dom.js";

export function roleOptions(roles, chosen) {
  return roles.map(({ value, title }) => element("option", { value, selected: value === chosen }, title));
}

// Nobody changes their own role: `me` has no controls.
export function memberTable(members, roles, { me, change, remove }) {
  const rows = members.map((member) => {
    const own = member.username === me;
    const onchange = ({ target }) => change(member, target.value);
    const title = roles.find(({ value }) => value === member.role)?.title;
    const select = element(
      "select",
      { "aria-label": `Role of ${member.username}`, onchange },
      roleOptions(roles, member.role),
    );
    return element(
      "tr",
      {},
      element("td", {}, member.username, own && element("span", { class: "faint" }, " (you)")),
      element("td", {}, own ? title : select),
      element("td", {}, !own && crossButton(`Remove ${member.username}`, () => remove(member))),
    );
  });
  return element("table", {}, element("tbody", {}, rows));
}

// Names that were invited and have not accepted; whether anybody bears them is not known here.
export function invitedTable(invited, roles, withdraw) {
  const rows = invited.map((row) =>
    element(
      "tr",
      {},
      element("td", {}, row.username, " ", element("span", { class: "tag" }, "invited")),
      element("td", {}, roles.find(({ value }) => value === row.role)?.title),
      element(
        "td",
        {},
        crossButton(`Withdraw the invitation of ${row.username}`, () => withdraw(row)),
      ),
    ),
  );
  return element("table", { "aria-label": "Invited" }, element("tbody", {}, rows));
}

// Links that nobody has used yet.
export function linkTable(links, roles, withdraw) {
  const rows = links.map((row) => {
    const role = roles.find(({ value }) => value === row.role)?.title;
    return element(
      "tr",
      {},
      element("td", {}, "A link ", element("span", { class: "tag" }, `until ${row.expires_at.slice(0, 10)}`)),
      element("td", {}, role),
      element(
        "td",
        {},
        crossButton(`Withdraw the link for the role ${role}`, () => withdraw(row)),
      ),
    );
  });
  return element("table", { "aria-label": "Links" }, element("tbody", {}, rows));
}

function crossButton(label, onclick) {
  return element("button", { type: "button", class: "quiet icon", title: label, "aria-label": label, onclick }, "×");
}
