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
      element("td", {}, !own && removeButton(member, remove)),
    );
  });
  return element("table", {}, element("tbody", {}, rows));
}

function removeButton(member, remove) {
  const label = `Remove ${member.username}`;
  const onclick = () => remove(member);
  return element("button", { type: "button", class: "quiet icon", title: label, "aria-label": label, onclick }, "×");
}
