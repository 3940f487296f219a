// What a move makes of a list of classes, in which each group stays together.
import { byGroup } from "./classes.js";

// list: [{ id, group }] as it is shown. Each function returns the list anew, or null where nothing would move.

// One step up (-1) or down (1) within its group
export function moved(list, id, by) {
  const groups = byGroup(list).map(({ classes }) => classes);
  const fellows = groups.find((each) => each.some((item) => item.id === id));
  return swapped(fellows, (item) => item.id === id, by) ? groups.flat() : null;
}

// A whole group one step up or down; classes of no group stay first.
export function groupMoved(list, group, by) {
  const groups = byGroup(list);
  const named = groups.filter((each) => each.group);
  const rest = groups.filter((each) => !each.group);
  if (!swapped(named, (each) => each.group === group, by)) return null;
  return [...rest, ...named].flatMap(({ classes }) => classes);
}

// Put before or after another one, whose group it joins.
export function dropped(list, id, target, after) {
  const item = list.find((each) => each.id === id);
  const onto = list.find((each) => each.id === target);
  if (!item || !onto || item === onto) return null;
  const others = list.filter((each) => each !== item);
  others.splice(others.indexOf(onto) + (after ? 1 : 0), 0, { ...item, group: onto.group ?? "" });
  const ordered = byGroup(others).flatMap(({ classes }) => classes);
  const before = byGroup(list).flatMap(({ classes }) => classes);
  const same = ordered.every((each, at) => each.id === before[at].id && each.group === (before[at].group ?? ""));
  return same ? null : ordered;
}

function swapped(items, matches, by) {
  const at = items.findIndex(matches);
  const to = at + by;
  if (at < 0 || to < 0 || to >= items.length) return false;
  [items[at], items[to]] = [items[to], items[at]];
  return true;
}
