// phx-debounce and phx-throttle.
//
// Debounce waits until the reader pauses; throttle fires at once and then not again
// until the interval is over. Leaving the field ends the wait either way.
import * as data from "./element_data.js";

/** @typedef {{cycle: number, trigger: () => void, throttled?: ReturnType<typeof setTimeout>, key?: string, bound?: boolean}} Rate */

/** @param {Node} el @returns {Rate} */
function rateOf(el) {
  const known = data.get(el, "rate");
  if (known) return known;
  const rate = { cycle: 0, trigger: () => {} };
  data.set(el, "rate", rate);
  return rate;
}

/** Runs what is waiting, if it is still that of `cycle`. @param {Rate} rate @param {number} [cycle] */
function run(rate, cycle = rate.cycle) {
  if (cycle !== rate.cycle) return;
  const { trigger } = rate;
  drop(rate);
  trigger();
}

/** Forgets what is waiting. @param {Rate} rate */
function drop(rate) {
  rate.cycle++;
  rate.trigger = () => {};
}

/**
 * Calls `fire` as the element's phx-debounce and phx-throttle allow.
 * @param {any} el @param {Event} event
 * @param {{binding: (name: string) => string, defaults: {debounce: number, throttle: number}}} config
 * @param {() => boolean} isStillThere @param {() => void} fire
 */
export function rateLimit(el, event, { binding, defaults }, isStillThere, fire) {
  const read = (/** @type {"debounce" | "throttle"} */ name) => {
    const value = el.getAttribute(binding(name));
    return value === "" ? String(defaults[name]) : value;
  };
  const throttle = read("throttle");
  const value = read("debounce") || throttle;
  if (value === null) return fire();
  if (value === "blur") return untilBlur(el, isStillThere, fire);

  const timeout = parseInt(value, 10);
  if (isNaN(timeout)) return console.error(`invalid throttle/debounce value: ${value}`, el);
  const rate = rateOf(el);
  rate.cycle++;
  rate.trigger = throttle ? () => delete rate.throttled : fire;
  if (throttle) {
    // Another key is another event: only a held key is throttled.
    const isNewKey = event.type === "keydown" && rate.key !== /** @type {KeyboardEvent} */ (event).key;
    if (event.type === "keydown") rate.key = /** @type {KeyboardEvent} */ (event).key;
    if (rate.throttled !== undefined && !isNewKey) return;
    fire();
    rate.throttled = setTimeout(() => isStillThere() && run(rate), timeout);
  } else {
    const { cycle } = rate;
    setTimeout(() => isStillThere() && run(rate, cycle), timeout);
  }
  bindEnds(el, rate, isStillThere);
}

/** @param {any} el @param {() => boolean} isStillThere @param {() => void} fire */
function untilBlur(el, isStillThere, fire) {
  const known = data.get(el, "untilBlur");
  data.set(el, "untilBlur", () => isStillThere() && fire());
  if (known) return;
  el.addEventListener("blur", () => {
    data.get(el, "untilBlur")?.();
    data.set(el, "untilBlur", () => {});
  });
}

/** @param {any} el @param {Rate} rate @param {() => boolean} isStillThere */
function bindEnds(el, rate, isStillThere) {
  const { form } = el;
  if (form && !data.get(form, "endsRates")) {
    data.set(form, "endsRates", true);
    // The submit carries the newest values; a change event after it would be stale.
    form.addEventListener("submit", () => {
      for (const [name] of new FormData(form)) {
        const item = form.elements.namedItem(name);
        const input = item instanceof RadioNodeList ? item[0] : item;
        if (!input) continue;
        drop(rateOf(input));
        delete rateOf(input).throttled;
      }
    });
  }
  if (rate.bound) return;
  rate.bound = true;
  el.addEventListener("blur", () => {
    clearTimeout(rate.throttled);
    if (isStillThere()) run(rate);
  });
}
