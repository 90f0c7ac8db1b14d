// While an element fades in or out, patches wait: otherwise a diff could pull the
// element away from under its transition.

/** The transitions under way and what waits for their end. */
export class Transitions {
  /** @type {Set<unknown>} */
  #running = new Set();
  /** @type {(() => void)[]} */
  #waiting = [];

  /** Calls back now, or when all transitions have ended. @param {() => void} callback */
  after(callback) {
    if (this.#running.size === 0) callback();
    else this.#waiting.push(callback);
  }

  /** @param {number} time @param {() => void} start @param {() => void} [done] */
  add(time, start, done = () => {}) {
    start();
    const timer = setTimeout(() => {
      this.#running.delete(timer);
      done();
      this.#flush();
    }, time);
    this.#running.add(timer);
  }

  /** @param {Promise<unknown>} promise */
  addPromise(promise) {
    this.#running.add(promise);
    promise.then(() => {
      this.#running.delete(promise);
      this.#flush();
    });
  }

  #flush() {
    // One of those waiting may start a transition of its own; the rest then wait for it.
    while (this.#running.size === 0) {
      const next = this.#waiting.shift();
      if (!next) return;
      next();
    }
  }
}
