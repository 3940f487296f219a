// Laser returns of the tile on show with classes of their own. Kept are the lassos, beside the mask; each pixel takes the
// class of its highest return, where that got one, so that models learn from it as from paint.
import { count } from "../../../lib/format.js";
import { given } from "../../../state/given_classes.js";
import { codesBy, highest, insideOf, MOST_CORNERS, MOST_LASSOS } from "../../../state/lassos.js";
import { UNLABELLED } from "../../../state/mask.js";
import { toast } from "../../../ui/toast.js";

const FULL = "This tile has as many lassos around returns as it can hold: save it, or take some back with Ctrl Z.";
const NONE = "No point cloud lies on this tile, so there are no laser returns to draw around.";

export class LabelledReturns {
  #item = null;
  #mask = null;
  #told = new WeakMap(); // mask -> the lassos that were told of last
  #followed = new WeakSet();

  constructor(easel) {
    this.easel = easel;
  }

  load(item, mask) {
    [this.#item, this.#mask] = [item, mask];
    if (!this.#followed.has(mask)) mask.on("step", () => this.#tell(item, mask));
    this.#followed.add(mask);
    this.#tell(item, mask);
  }

  // Give the returns inside a ring [{ x, y }, ...] of the tile the class in hand, or take theirs away.
  above(ring, away) {
    const scene = this.#cloud();
    if (!scene) toast(NONE);
    else this.take({ item: this.#item, scene: scene.id, polygon: ring.map(({ x, y }) => [x, y]) }, away);
  }

  // Do so with a lasso { item, scene, polygon } from above, or { ..., line, width, metres } of a profile.
  async take({ item, ...lasso }, away) {
    const mask = this.#mask;
    const code = away ? UNLABELLED : this.easel.painter.active.ink;
    if (item !== this.#item || code === null) return;
    const before = mask.notes.returns ?? [];
    const corners = [...before, lasso].reduce((sum, { polygon }) => sum + polygon.length, 0);
    if (before.length >= MOST_LASSOS || corners > MOST_CORNERS) {
      toast(FULL);
      return;
    }
    const returns = await this.easel.stage
      .returns(item, { id: lasso.scene })
      .catch((error) => toast(error.message) && null);
    if (!returns?.count || mask !== this.#mask) return;
    const keeps = [...mask.locked];
    this.#lay(rounded({ ...lasso, class: code, ...(keeps.length ? { keeps } : {}) }), returns, before);
  }

  #lay(lasso, returns, before) {
    const mask = this.#mask;
    const old = codesBy(
      before.filter(({ scene }) => scene === lasso.scene),
      returns,
    );
    const inside = insideOf(lasso, returns).filter((at) => !lasso.keeps?.includes(old[at]));
    if (!inside.length) {
      this.#say(lasso, "No laser return lies inside.");
      return;
    }
    const chosen = new Set(inside);
    const pixels = [];
    for (const [pixel, at] of highest(returns, mask).entries()) {
      if (!chosen.has(at)) continue;
      if (lasso.class || mask.pixels[pixel] === old[at]) pixels.push(pixel);
    }
    mask.inOneStep(() => {
      mask.notes = { ...mask.notes, returns: [...before, lasso] };
      mask.lay(pixels, lasso.class);
    });
    this.#say(lasso, this.#words(lasso, inside.length, pixels.length, returns));
  }

  // Below the profile it was drawn in, which a message would cover, or as a message
  #say({ line }, text) {
    if (line) given.fire("said", text);
    else toast(text);
  }

  #words({ class: code }, inside, pixels, { count: shown, total }) {
    const many = `${count(inside, "return")}`;
    const done = code ? `${many} got the class ${this.easel.task.classOf(code).name}` : `${many} lost their class`;
    const seen = code && !pixels ? "others lie above them, so that no pixel is painted" : count(pixels, "pixel");
    const rest = total > shown ? " Those inside that are not drawn got it, too." : "";
    return `${done}; ${seen}.${rest}`;
  }

  // The cloud that is meant: of the active pane, of another one, or the newest
  #cloud() {
    const { stage } = this.easel;
    const shown = [stage.active, ...stage.layout.choices(this.#item)].map(({ scene }) => scene);
    return [...shown, ...this.#item.scenes.toReversed()].find((scene) => scene?.kind === "points") ?? null;
  }

  // Let whoever draws the clouds know what was given.
  async #tell(item, mask) {
    const lassos = mask.notes.returns ?? [];
    const before = this.#told.get(mask) ?? [];
    if (lassos === before || (!lassos.length && !before.length)) return;
    this.#told.set(mask, lassos);
    for (const id of new Set([...before, ...lassos].map(({ scene }) => scene))) {
      const own = lassos.filter(({ scene }) => scene === id).map((lasso) => this.#asNow(lasso));
      const returns = await this.easel.stage.returns(item, { id }).catch(() => null); // the pane says what is wrong
      if (returns && this.#told.get(mask) === lassos) given.tell(item.sample, id, codesBy(own, returns));
    }
  }

  // Merged classes as what they count as
  #asNow(lasso) {
    const now = (code) => this.easel.task.classOf(code)?.code ?? code;
    return { ...lasso, class: now(lasso.class), keeps: lasso.keeps?.map(now) };
  }
}

const rounded = (lasso) =>
  JSON.parse(
    JSON.stringify(lasso, (_, value) => (typeof value === "number" ? Math.round(value * 1000) / 1000 : value)),
  );
