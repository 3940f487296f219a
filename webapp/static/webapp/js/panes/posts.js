// A pane with what people wrote inside a tile: places on it, and the words beside them, which are text and never markup.
import { element } from "../lib/dom.js";
import { Emitter } from "../lib/events.js";
import { get } from "../lib/request.js";
import { TileView } from "../map/tile_view.js";
import { filterPosts, languageName, momentText } from "../state/post_filter.js";
import { imageOf } from "./drawn.js";

const MOST = 500; // that the server tells of
const KEPT = 30; // tiles

export class PostsPane extends Emitter {
  #wanted = null;
  #posts = [];
  #marks = [];

  constructor(holder, { paintable = false }) {
    super();
    holder.setAttribute("role", "group"); // it holds controls
    this.map = element("div", { class: "posts-map" });
    this.words = element("input", {
      type: "search",
      placeholder: "Words",
      "aria-label": "Only posts with these words",
    });
    this.from = element("input", { type: "date", "aria-label": "Only posts from this day on" });
    this.to = element("input", { type: "date", "aria-label": "Only posts until this day" });
    this.count = element("p", { class: "posts-count", role: "status" });
    this.list = element("ol", { class: "posts-list", tabindex: "0", "aria-label": "Posts in this tile" });
    const filter = element("div", { class: "posts-filter" }, this.words, this.from, this.to);
    this.side = element("div", { class: "posts-side" }, filter, this.count, this.list);
    this.root = element("div", { class: "posts" }, this.side, this.map);
    holder.append(this.root);
    this.view = new TileView(this.map, { paintable });
    this.view.on("hover", (point) => this.fire("hover", point));
    for (const field of [this.words, this.from, this.to]) field.addEventListener("input", () => this.#fill());
    for (const type of ["pointerdown", "wheel"]) this.side.addEventListener(type, (event) => event.stopPropagation());
  }

  static prefetch(item) {
    postsOf(item).catch(() => {});
  }

  async show(item) {
    const wanted = { item };
    this.#wanted = wanted;
    const [posts, image] = await Promise.all([postsOf(item), imageOf(ground())]);
    if (this.#wanted !== wanted) return false;
    this.view.show(image, { size: item.tile_px, margin: 0 });
    this.#posts = posts;
    this.#fill();
    return true;
  }

  clear() {
    this.#wanted = null;
    this.#posts = [];
    this.view.clear();
    this.#fill();
  }

  cursor(point) {
    this.view.cursor(point);
  }

  remove() {
    this.view.remove();
  }

  #fill() {
    const shown = filterPosts(this.#posts, { words: this.words.value, from: this.from.value, to: this.to.value });
    for (const mark of this.#marks) mark.remove();
    this.#marks = shown.map((post, at) => this.view.mark({ ...post, text: String(at + 1), className: "post-mark" }));
    this.list.replaceChildren(...shown.map((post, at) => this.#row(post, at)));
    this.count.textContent = countText(shown.length, this.#posts.length);
  }

  #row({ moment, text, language, x, y }, at) {
    const point = { x, y };
    const show = (on) => {
      this.#marks[at]?.getElement()?.classList.toggle("on", on);
      this.fire("hover", on ? point : null);
    };
    const about = [momentText(moment) || "Undated", languageName(language)].filter(Boolean).join(" · ");
    const row = element(
      "li",
      { onpointerenter: () => show(true), onpointerleave: () => show(false) },
      element("b", {}, String(at + 1)),
    );
    row.append(
      element("div", {}, element("p", { lang: language || null, dir: "auto" }, text), element("small", {}, about)),
    );
    return row;
  }
}

function countText(shown, all) {
  if (!all) return "Nothing was written here.";
  const most = all >= MOST ? `the first ${all}` : `${all}`;
  return shown === all ? `${most} ${all === 1 ? "post" : "posts"}` : `${shown} of ${most} posts`;
}

const kept = new Map();

function postsOf(item) {
  const address = item.posts_url;
  if (!kept.has(address)) {
    const answer = get(address, { quiet: true }).then(([posts, error]) => {
      if (error) throw error;
      return posts;
    });
    answer.catch(() => kept.delete(address));
    kept.set(address, answer);
    while (kept.size > KEPT) kept.delete(kept.keys().next().value);
  }
  return kept.get(address);
}

// Nothing but a lattice: there is no picture where people only wrote.
function ground() {
  const canvas = Object.assign(document.createElement("canvas"), { width: 512, height: 512 });
  const context = canvas.getContext("2d");
  context.fillStyle = "#2a3038";
  context.fillRect(0, 0, 512, 512);
  context.strokeStyle = "#3b434d";
  for (let at = 1; at < 8; at += 1) {
    context.strokeRect(at * 64, -1, 0, 514);
    context.strokeRect(-1, at * 64, 514, 0);
  }
  return canvas;
}
