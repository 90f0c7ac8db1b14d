// Between a push and its reply: loading classes, disabled buttons, locked elements.
//
// Each push gets a number ("ref", counted per view, never sent). The elements concerned
// carry it in data-phx-ref-loading and data-phx-ref-lock. A patch that reaches a locked
// element is applied to a hidden twin instead; when the reply comes, the twin is morphed
// into the element. So an input is not overwritten with what the server knew before the
// reader's latest keystroke.
import * as data from "./element_data.js";
import { all, removeClass } from "./dom.js";

export const SRC = "data-phx-ref-src";
export const LOADING = "data-phx-ref-loading";
export const LOCK = "data-phx-ref-lock";
const KINDS = ["click", "change", "submit", "keydown", "keyup", "blur", "focus", "hook"];

/** @typedef {{el: any, lock: boolean, loading: boolean}} Marked */

/** Carries the marks over to the new HTML, which does not know of them. @param {Element} from @param {Element} to */
export function syncPending(from, to) {
  if (!from.hasAttribute(SRC)) return;
  for (const kind of KINDS) if (from.classList.contains(`phx-${kind}-loading`)) to.classList.add(`phx-${kind}-loading`);
  for (const name of [LOADING, LOCK, SRC]) {
    const value = from.getAttribute(name);
    if (value !== null) to.setAttribute(name, value);
  }
}

/** @param {Element} el @param {string} name @returns {number | null} */
function refOf(el, name) {
  const value = el.getAttribute(name);
  return value === null ? null : parseInt(value, 10);
}

/**
 * The element to patch in place of `el`: its twin while it is locked, else itself.
 * @param {any} el @param {boolean} isTyping @param {number} [undoRef] the ref just acknowledged, if any
 */
export function lockedTwin(el, isTyping, undoRef) {
  if (!el.hasAttribute(SRC)) return el;
  const lock = refOf(el, LOCK);
  if (lock === null || (undoRef !== undefined && lock <= undoRef)) return el;
  data.restick(el);
  const twin = data.get(el, "twin") ?? el.cloneNode(true);
  data.set(el, "twin", twin);
  return isTyping ? el : twin;
}

/** While a twin is morphed in, twins inside it find their own elements. @param {Element} from @param {Element} to */
export function passOnTwin(from, to) {
  const twin = data.get(to, "twin");
  if (twin) data.set(from, "twin", twin);
}

/**
 * Marks elements for a push and tells listeners about it.
 * @param {any} view @param {Marked[]} marked @param {string | null} event @param {string} kind
 * @param {any} [opts] @returns {number} the push's ref
 */
export function mark(view, marked, event, kind, opts = {}) {
  const ref = view.nextRef();
  if (opts.loading) marked = marked.concat(all(document, opts.loading).map((el) => ({ el, lock: true, loading: true })));
  for (const { el, lock, loading } of marked) {
    el.setAttribute(SRC, view.el.id);
    if (loading) el.setAttribute(LOADING, String(ref));
    if (lock) el.setAttribute(LOCK, String(ref));
    // In a submitted form only the form and its submitter show that they are busy.
    if (!loading || (opts.submitter && el !== opts.submitter && el !== opts.form)) continue;
    const detail = pushDetail(view, marked, { ref, event, eventType: kind, isLoading: loading, isLocked: lock, el, opts });
    el.classList.add(`phx-${kind}-loading`);
    disableWith(view, el);
    const init = { detail, bubbles: true, cancelable: false };
    el.dispatchEvent(new CustomEvent("phx:push", init));
    if (event) el.dispatchEvent(new CustomEvent(`phx:push:${event}`, init));
  }
  return ref;
}

/** @param {any} view @param {Marked[]} marked @param {any} about */
function pushDetail(view, marked, { ref, event, eventType, isLoading, isLocked, el, opts }) {
  /** @param {Element} target @param {string} name */
  const done = (target, name) => new Promise((resolve) => target.addEventListener(`phx:undo-${name}:${ref}`, () => resolve(detail), { once: true }));
  /** @type {any} */
  const detail = {
    event, eventType, ref, isLoading, isLocked,
    lockElements: marked.filter(({ lock }) => lock).map((m) => m.el),
    loadingElements: marked.filter(({ loading }) => loading).map((m) => m.el),
    unlock: (/** @type {any} */ els) => undo(view, ref, event, [els].flat()),
    lockComplete: done(el, "lock"),
    loadingComplete: done(el, "loading"),
    lock: (/** @type {Element} */ target) => {
      if (view.isAcked(ref)) return Promise.resolve(detail);
      target.setAttribute(LOCK, String(ref));
      target.setAttribute(SRC, view.el.id);
      return done(target, "lock");
    },
  };
  for (const key of ["payload", "target", "originalEvent"]) if (opts[key]) detail[key] = opts[key];
  return detail;
}

/** @param {any} view @param {any} el */
function disableWith(view, el) {
  const text = el.getAttribute(view.liveSocket.binding("disable-with"));
  if (text === null) return;
  if (!el.getAttribute("data-phx-disable-with-restore")) el.setAttribute("data-phx-disable-with-restore", el.textContent ?? "");
  if (text !== "") el.textContent = text;
  el.setAttribute("data-phx-disabled", el.getAttribute("data-phx-disabled") || ("disabled" in el ? String(el.disabled) : ""));
  el.setAttribute("disabled", "");
}

/**
 * Undoes the marks of all pushes up to `ref`, everywhere or in the given elements.
 * @param {any} view @param {number} ref @param {string | null} event @param {Element[]} [only]
 */
export function undo(view, ref, event, only) {
  if (!view.isConnected()) return;
  const selector = `[${SRC}="${view.el.id}"]`;
  for (const el of all(document, selector)) {
    if (only && !only.includes(el)) continue;
    if (only) for (const child of all(el, selector)) undoElement(view, child, ref, event);
    undoElement(view, el, ref, event);
  }
}

/** @param {any} view @param {any} el @param {number} ref @param {string | null} event */
function undoElement(view, el, ref, event) {
  const loading = refOf(el, LOADING);
  const lock = refOf(el, LOCK);
  const lockDone = lock === null || lock <= ref;
  const init = (/** @type {number} */ r) => ({ detail: { ref: r, event }, bubbles: true, cancelable: false });
  /** @type {number[]} */
  const waiting = data.get(el, "pendingRefs") ?? [];
  if (loading !== null && loading > ref && lock !== null && lock > ref) {
    data.set(el, "pendingRefs", [...waiting, ref]);
    return;
  }
  if (lock !== null && lockDone) {
    const twin = data.get(el, "twin");
    if (twin) {
      view.applyTwin(el, twin, ref);
      for (const child of all(el, `[${SRC}="${view.el.id}"]`)) undoElement(view, child, ref, event);
      data.remove(el, "twin");
    }
    el.removeAttribute(LOCK);
    el.dispatchEvent(new CustomEvent(`phx:undo-lock:${lock}`, init(ref)));
  }
  undoLoading(el, ref, loading, lockDone, init(ref));
  for (const past of waiting) {
    if (loading && loading > past) el.dispatchEvent(new CustomEvent(`phx:undo-loading:${past}`, init(past)));
    if (lock && lock > past) el.dispatchEvent(new CustomEvent(`phx:undo-lock:${past}`, init(past)));
  }
  data.set(el, "pendingRefs", waiting.filter((past) => past > ref));
  if (lockDone && (loading === null || loading <= ref)) el.removeAttribute(SRC);
}

/** @param {any} el @param {number} ref @param {number | null} loading @param {boolean} lockDone @param {CustomEventInit} init */
function undoLoading(el, ref, loading, lockDone, init) {
  if (loading === null || loading > ref) {
    if (lockDone && el.classList.contains("phx-submit-loading")) el.classList.remove("phx-change-loading");
    return;
  }
  if (lockDone) {
    el.removeAttribute(LOADING);
    for (const [attr, prop] of [["data-phx-readonly", "readOnly"], ["data-phx-disabled", "disabled"]]) {
      const before = el.getAttribute(attr);
      if (before === null || !(prop in el)) continue;
      el[prop] = before === "true";
      el.removeAttribute(attr);
    }
    const text = el.getAttribute("data-phx-disable-with-restore");
    if (text !== null) {
      el.textContent = text;
      el.removeAttribute("data-phx-disable-with-restore");
    }
    el.dispatchEvent(new CustomEvent(`phx:undo-loading:${loading}`, init));
  }
  for (const kind of KINDS) if (kind !== "submit" || lockDone) removeClass(el, `phx-${kind}-loading`);
}

/** Calls back once neither the element nor one around it is locked. @param {Element} el @param {() => void} callback */
export function whenUnlocked(el, callback) {
  const locked = el.closest(`[${LOCK}]`);
  if (!locked) return callback();
  locked.addEventListener(`phx:undo-lock:${locked.getAttribute(LOCK)}`, () => callback(), { once: true });
}

/** A join starts anew: no reply of before will come. @param {string} viewId */
export function dropAll(viewId) {
  for (const el of all(document, `[${SRC}="${viewId}"]`)) for (const name of [LOADING, SRC, LOCK]) el.removeAttribute(name);
}
