// How much in the inbox is new, beside the person's name.
import { byId } from "../lib/dom.js";

export function showUnread(count) {
  const badge = byId("unread");
  if (!badge) return;
  badge.hidden = !count;
  badge.textContent = count ? ` ${count}` : "";
  badge.title = count ? `${count} new in your inbox` : "";
}
