// What this person answered before the page was loaded: it can be gone back to, the latest first.

export class Earlier {
  #samples;

  // samples: ids, the latest last; fetch(sample) -> the item, or null where it cannot be had
  constructor(samples, fetch) {
    this.#samples = [...samples];
    this.fetch = fetch;
  }

  // Return the item of the sample before; `shown(sample)` tells which are on the trail already.
  async next(shown) {
    while (this.#samples.length) {
      const sample = this.#samples.pop();
      if (shown(sample)) continue;
      const item = await this.fetch(sample);
      if (item) return item;
    }
    return null;
  }
}
