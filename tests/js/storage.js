// A stand-in for localStorage: entries are own properties, and there may be room for only so many.
export class FakeStorage {
  constructor({ room = Infinity } = {}) {
    Object.defineProperty(this, "room", { value: room });
  }

  getItem(key) {
    return Object.hasOwn(this, key) ? this[key] : null;
  }

  setItem(key, text) {
    if (!Object.hasOwn(this, key) && Object.keys(this).length >= this.room) throw new Error("QuotaExceededError");
    this[key] = text;
  }

  removeItem(key) {
    delete this[key];
  }
}
