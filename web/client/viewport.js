// phx-viewport-top and phx-viewport-bottom: load more when the first or last row of a
// list comes into view.

const INTERVAL = 500;

/** @param {any} el @returns {HTMLElement | null} null stands for the window */
function scrollContainer(el) {
  if (!el || ["HTML", "BODY"].includes(el.nodeName.toUpperCase())) return null;
  return ["scroll", "auto"].includes(getComputedStyle(el).overflowY) ? el : scrollContainer(el.parentElement);
}

/** @param {HTMLElement | null} container */
const scrollTop = (container) => container?.scrollTop ?? (document.documentElement.scrollTop || document.body.scrollTop);

/** @param {number} edge @param {HTMLElement | null} container */
function isInView(edge, container) {
  const box = container?.getBoundingClientRect() ?? { top: 0, bottom: innerHeight };
  return Math.ceil(edge) >= box.top && Math.floor(edge) <= box.bottom;
}

/**
 * Calls at once, then at most once per interval; the first call dropped is made at its end.
 * @param {(...args: any[]) => void} callback
 */
function throttle(callback) {
  let last = 0;
  /** @type {ReturnType<typeof setTimeout> | null} */
  let timer = null;
  const call = (/** @type {any[]} */ ...args) => {
    const now = Date.now();
    const remaining = INTERVAL - (now - last);
    if (remaining <= 0 || remaining > INTERVAL) {
      if (timer) clearTimeout(timer);
      timer = null;
      last = now;
      callback(...args);
    } else {
      timer ??= setTimeout(() => {
        last = Date.now();
        timer = null;
        callback(...args);
      }, remaining);
    }
  };
  call.cancel = () => {
    if (timer) clearTimeout(timer);
    timer = null;
  };
  return call;
}

/** The hook behind the two bindings. */
export const InfiniteScroll = {
  /** @this {any} */
  mounted() {
    this.container = scrollContainer(this.el);
    let before = scrollTop(this.container);
    let overran = false;
    /** While a push is unanswered, the row that was in view is held there. @type {(() => void) | null} */
    let pin = null;

    const push = (/** @type {string} */ event, /** @type {any} */ value, /** @type {() => void} */ hold, /** @type {() => void} */ answered) => {
      pin = hold;
      this.liveSocket.js().push(this.el, event, {
        value,
        callback: () => {
          pin = null;
          answered();
        },
      });
    };
    const pushWithPin = (/** @type {"start" | "end"} */ block) =>
      throttle((event, child) => {
        const hold = () => child.scrollIntoView({ block });
        push(event, { id: child.id }, hold, () =>
          requestAnimationFrame(() => {
            if (!isInView(child.getBoundingClientRect().top, this.container)) hold();
          }),
        );
      });
    const onOverrun = throttle((event, child) => push(event, { id: child.id, _overran: true }, () => {}, () => {}));
    const onTop = pushWithPin("start");
    const onBottom = pushWithPin("end");
    this.throttles = [onOverrun, onTop, onBottom];

    this.onScroll = () => {
      const now = scrollTop(this.container);
      const [up, down] = [now < before, now > before];
      before = now;
      if (pin) return pin();
      const { binding } = this.liveSocket;
      const top = this.el.getAttribute(binding("viewport-top"));
      const bottom = this.el.getAttribute(binding("viewport-bottom"));
      const [first, last] = [this.el.firstElementChild, this.el.lastElementChild];
      const box = this.overrunTarget().getBoundingClientRect();
      if (up && top && !overran && box.top >= 0) {
        overran = true;
        onOverrun(top, first);
      } else if (down && overran && box.top <= 0) overran = false;

      if (top && up && first && isInView(first.getBoundingClientRect().top, this.container)) onTop(top, first);
      else if (bottom && down && last && isInView(last.getBoundingClientRect().bottom, this.container)) onBottom(bottom, last);
    };
    (this.container ?? window).addEventListener("scroll", this.onScroll);
  },

  /** @this {any} */
  updated() {
    if (!this.container || this.container.isConnected) return;
    this.destroyed();
    this.mounted();
  },

  /** @this {any} */
  destroyed() {
    for (const throttled of this.throttles ?? []) throttled.cancel();
    this.throttles = null;
    (this.container ?? window).removeEventListener("scroll", this.onScroll);
  },

  /** @this {any} */
  overrunTarget() {
    const id = this.el.getAttribute(this.liveSocket.binding("viewport-overrun-target"));
    const target = id ? document.getElementById(id) : this.el;
    if (!target) throw new Error(`did not find element with id ${id}`);
    return target;
  },
};
