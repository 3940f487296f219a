// A queue of numbered things, the smallest key first; each entry carries a second number.

export class Heap {
  #keys;
  #items;
  #extras;
  size = 0;

  constructor(capacity = 1024) {
    this.#grow(capacity);
  }

  push(key, item, extra = 0) {
    if (this.size === this.#keys.length) this.#grow(2 * this.size);
    let at = this.size;
    this.size += 1;
    while (at > 0) {
      const up = (at - 1) >> 1;
      if (this.#keys[up] <= key) break;
      this.#move(up, at);
      at = up;
    }
    this.#put(at, key, item, extra);
  }

  // Take the first out: it is in `key`, `item` and `extra` then. Say whether there was one.
  pop() {
    if (!this.size) return false;
    this.key = this.#keys[0];
    this.item = this.#items[0];
    this.extra = this.#extras[0];
    this.size -= 1;
    const last = this.size;
    const key = this.#keys[last];
    const item = this.#items[last];
    const extra = this.#extras[last];
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= last) break;
      if (below + 1 < last && this.#keys[below + 1] < this.#keys[below]) below += 1;
      if (this.#keys[below] >= key) break;
      this.#move(below, at);
      at = below;
    }
    this.#put(at, key, item, extra);
    return true;
  }

  #put(at, key, item, extra) {
    this.#keys[at] = key;
    this.#items[at] = item;
    this.#extras[at] = extra;
  }

  #move(from, to) {
    this.#put(to, this.#keys[from], this.#items[from], this.#extras[from]);
  }

  #grow(capacity) {
    const grown = (Type, old) => {
      const array = new Type(capacity);
      if (old) array.set(old);
      return array;
    };
    this.#keys = grown(Float64Array, this.#keys);
    this.#items = grown(Int32Array, this.#items);
    this.#extras = grown(Int32Array, this.#extras);
  }
}
