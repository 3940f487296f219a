// Events between state and views: on, once, fire over EventTarget.

export class Emitter extends EventTarget {
  on(type, listener, options) {
    this.addEventListener(type, (event) => listener(event.detail, event), options);
    return this;
  }

  once(type, listener) {
    return this.on(type, listener, { once: true });
  }

  fire(type, detail = null) {
    return this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
