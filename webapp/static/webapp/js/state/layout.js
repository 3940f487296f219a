// What the panes of the stage are to show, one wish each (see views.js), and which of them is active.
import { Emitter } from "../lib/events.js";
import {
  choose,
  datesOf,
  ofTile,
  otherDate,
  otherSensor,
  otherView,
  sameView,
  scenesOf,
  viewFor,
  viewsOf,
  wishFor,
} from "./views.js";

export const MOST_PANES = 4;

export class Layout extends Emitter {
  // Fires "change" after any change. `catalogue`: the views that there are, see views.js; `local`: whether the contrast
  // is the tile's.
  wishes = [{}];
  active = 0;
  catalogue = undefined;
  local = false;

  // wishes: as they were kept, or null: then a sample of two epochs gets a pane for each.
  constructor(wishes = null) {
    super();
    this.kept = Array.isArray(wishes) && wishes.length > 0;
    if (this.kept) this.wishes = wishes.slice(0, MOST_PANES).map((wish) => ({ ...wish }));
  }

  get count() {
    return this.wishes.length;
  }

  // Make ready for a sample: without a layout of one's own, what a label compares lies side by side.
  suit(item) {
    if (this.kept || !item) return;
    const { epochs = [] } = item;
    const wanted = epochs.length > 1 ? epochs.map(({ id }) => ({ epoch: id })) : [{}];
    if (wanted.length !== this.count) this.wishes = wanted;
  }

  choices(item) {
    this.suit(item);
    return this.wishes.map((wish) => this.#chosen(item, wish));
  }

  choice(item) {
    return this.#chosen(item, this.wishes[this.active]);
  }

  // A choice as it is drawn: with its own contrast, or with the tile's
  drawn(choice) {
    return this.local ? ofTile(choice) : choice;
  }

  // What the active pane shows from now on; returns the choice.
  set(choice) {
    this.wishes[this.active] = wishFor(choice);
    this.#changed();
    return choice;
  }

  cycle(item, step) {
    return this.set(otherView(this.choice(item), step, this.catalogue));
  }

  // Another date or sensor with the view unchanged.
  flipDate(item, step) {
    return this.see(item, otherDate(item, this.choice(item).scene, step));
  }

  flipSensor(item, step) {
    return this.see(item, otherSensor(item, this.choice(item).scene, step));
  }

  see(item, scene) {
    const wish = this.wishes[this.active];
    const view = viewFor(scene, { ...wish, view: wish.view ?? this.choice(item).view?.view }, this.catalogue);
    // The view that was wanted is kept for sensors that have it.
    const wanted = wish.view === undefined || wish.view === null ? view?.view : wish.view;
    this.wishes[this.active] = { ...wishFor({ scene, view }), view: wanted ?? null, of: wish.of };
    this.#changed();
    return { scene, view };
  }

  // Add a pane with something else than the active one shows: another date, sensor or view; say whether there is room.
  add(item) {
    if (this.count >= MOST_PANES) return false;
    const another = this.#another(item);
    this.wishes = this.choices(item).map(wishFor); // so that they stay apart on samples of other scenes
    this.wishes.splice(this.active + 1, 0, another);
    this.active += 1;
    this.#changed();
    return true;
  }

  remove() {
    if (this.count === 1) return false;
    this.wishes.splice(this.active, 1);
    this.active = Math.min(this.active, this.count - 1);
    this.#changed();
    return true;
  }

  activate(index) {
    if (index === this.active || !(index in this.wishes)) return;
    this.active = index;
    this.#changed();
  }

  step(by) {
    this.activate((this.active + by + this.count) % this.count);
  }

  // Take over a layout that was kept.
  arrange(wishes) {
    this.wishes = wishes.slice(0, MOST_PANES).map((wish) => ({ ...wish }));
    this.active = 0;
    this.#changed();
  }

  // What is saved of it for the project: sensor, epoch and view; a recipe that nobody named is left open.
  saved(item) {
    return this.choices(item).map(({ scene, view }) => ({
      sensor: scene?.sensor ?? "",
      epoch: scene?.epochs[0] ?? null,
      view: typeof view?.view === "object" ? null : (view?.view ?? null),
    }));
  }

  // What the active pane is compared with: the pane after it, or what a new pane would show.
  partner(item) {
    const next = this.wishes[(this.active + 1) % this.count];
    return this.#chosen(item, this.count > 1 ? next : this.#another(item));
  }

  #chosen(item, wish) {
    return this.drawn(choose(item, wish, this.catalogue));
  }

  #another(item) {
    const shown = this.choices(item);
    const { scene, view } = this.choice(item);
    if (!scene) return {};
    const seen = (each) => ({ scene: each, view: viewFor(each, wishFor({ scene: each, view }), this.catalogue) });
    const dates = datesOf(item, scene);
    const later = [...dates.slice(dates.indexOf(scene) + 1), ...dates.slice(0, dates.indexOf(scene))];
    const others = [...later, otherSensor(item, scene, 1), ...scenesOf(item)].map(seen);
    const views = item.scenes.flatMap((each) =>
      viewsOf(each, this.catalogue).map((one) => ({ scene: each, view: one })),
    );
    const rest = [otherView({ scene, view }, 1, this.catalogue), ...views];
    const isShown = (one) => shown.some((each) => each.scene?.id === one.scene.id && sameView(each.view, one.view));
    return wishFor([...others, ...rest].find((one) => !isShown(one)) ?? { scene, view });
  }

  #changed() {
    this.kept = true;
    this.fire("change");
  }
}
