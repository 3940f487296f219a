// Sight: which cards' pictures are there, whole, and were on the screen for a moment.
const MOMENT_MS = 300;
const WHOLE = 0.9; // of a picture that must be in the window

export class Sight {
  // see(id): its picture was looked at; lose(id): it could not be loaded
  constructor({ see, lose }) {
    Object.assign(this, { see, lose });
    this.cards = new Map(); // picture element -> { id, ready, inside, timer }
    this.observer = new IntersectionObserver((entries) => this.#moved(entries), { threshold: [0, WHOLE] });
    document.addEventListener("visibilitychange", () => this.#timeAll());
  }

  // loading: promise that everything of the picture is there
  watch(id, picture, loading) {
    const card = { id, ready: false, inside: false, timer: null };
    this.cards.set(picture, card);
    this.observer.observe(picture);
    loading.then(
      () => {
        card.ready = true;
        this.#time(card);
      },
      () => this.cards.get(picture) === card && this.lose(id),
    );
  }

  forget(picture) {
    clearTimeout(this.cards.get(picture)?.timer);
    this.cards.delete(picture);
    this.observer.unobserve(picture);
  }

  #moved(entries) {
    for (const { target, intersectionRatio } of entries) {
      const card = this.cards.get(target);
      if (!card) continue;
      card.inside = intersectionRatio >= WHOLE;
      this.#time(card);
    }
  }

  #timeAll() {
    for (const card of this.cards.values()) this.#time(card);
  }

  #time(card) {
    clearTimeout(card.timer);
    if (!card.ready || !card.inside || document.hidden) return;
    card.timer = setTimeout(() => this.see(card.id), MOMENT_MS);
  }
}

// Resolves once an image can be drawn, and fails if it never will.
export async function loaded(image) {
  await image.decode();
  if (!image.naturalWidth) throw new Error("The picture is empty.");
}
