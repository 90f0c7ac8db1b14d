// Small questions to the document, asked in many places.
import * as data from "./element_data.js";

export const VIEW_SELECTOR = "[data-phx-session]";

/** @param {EventTarget | null} target @returns {Element | null} */
export function elementOf(target) {
  if (target instanceof Element) return target;
  return target instanceof Node ? target.parentElement : null;
}

/** @param {ParentNode | null} root @param {string} selector @returns {any[]} */
export const all = (root, selector) => (root ? [...root.querySelectorAll(selector)] : []);

/**
 * The nearest element with the attribute, going up as far as the view or `border`.
 * Disabled controls are passed over.
 * @param {Element} start @param {string} attribute @param {Element | null} [border]
 * @returns {HTMLElement | null}
 */
export function closestBinding(start, attribute, border) {
  /** @type {any} */
  let el = start;
  do {
    if (el.matches(`[${attribute}]`) && !el.disabled) return el;
    el = el.parentElement;
  } while (el && el !== border && !el.matches(VIEW_SELECTOR));
  return null;
}

/** The element of the view that owns `el`, also through a portal. @param {Element} el @returns {Element | null} */
export function closestViewElement(el) {
  const found = el.closest(`[data-phx-teleported],${VIEW_SELECTOR}`);
  const owner = found?.getAttribute("data-phx-teleported");
  return owner ? document.getElementById(owner) : found;
}

/** @param {unknown} value @returns {boolean} whether it is a component id, as number or digits */
export const isCid = (value) =>
  typeof value === "number" || (typeof value === "string" && /^(0|[1-9]\d*)$/.test(value));

/** @param {string} viewId @param {string | number} cid @param {ParentNode} [root] @returns {Element | null} */
export const findComponent = (viewId, cid, root = document) =>
  root.querySelector(`[data-phx-view="${viewId}"][data-phx-component="${cid}"]`);

/** @param {Element} el @returns {number | null} */
export function componentId(el) {
  const cid = el.getAttribute?.("data-phx-component");
  return cid ? parseInt(cid, 10) : null;
}

/**
 * Of the given components, those on the page that are not inside another of them.
 * @param {string} viewId @param {number[]} cids @returns {number[]}
 */
export function outermostComponents(viewId, cids) {
  const present = new Set();
  const inner = new Set();
  for (const cid of cids) {
    for (const el of all(document, `[data-phx-view="${viewId}"][data-phx-component="${cid}"]`)) {
      present.add(cid);
      for (const child of all(el, `[data-phx-view="${viewId}"][data-phx-component]`)) inner.add(componentId(child));
    }
  }
  return cids.filter((cid) => present.has(cid) && !inner.has(cid));
}

/**
 * @param {EventTarget} target @param {string} name
 * @param {{bubbles?: boolean, detail?: any}} [opts] @returns {boolean} false if it was cancelled
 */
export function dispatch(target, name, opts = {}) {
  const isFileClick = name === "click" && target instanceof HTMLInputElement && target.type === "file";
  const bubbles = opts.bubbles ?? !isFileClick;
  const init = { bubbles, cancelable: true, detail: opts.detail ?? {} };
  return target.dispatchEvent(name === "click" ? new MouseEvent("click", { ...init, detail: 0 }) : new CustomEvent(name, init));
}

/** @param {any} el */
export const isVisible = (el) => Boolean(el.offsetWidth || el.offsetHeight || el.getClientRects().length > 0);

/** @param {Element} el */
export function isInViewport(el) {
  const rect = el.getBoundingClientRect();
  return rect.right > 0 && rect.bottom > 0 && rect.left < innerWidth && rect.top < innerHeight;
}

/** @param {any} el */
export function isFormControl(el) {
  if (!(el instanceof HTMLElement)) return false;
  const custom = customElements.get(el.localName);
  if (custom) return /** @type {any} */ (custom).formAssociated === true;
  return ["input", "select", "textarea", "button"].includes(el.localName);
}

/** A control the reader may be typing in. @param {any} el */
export const isEditable = (el) => isFormControl(el) && el.localName !== "button" && el.type !== "button";

/** @param {any} el */
export const hasSelection = (el) => Boolean(el?.setSelectionRange) && (el.type === "text" || el.type === "textarea");

const TYPED = new Set("text textarea number email password search tel url date time datetime-local color range".split(" "));

/** @param {any} el @param {number} [start] @param {number} [end] */
export function restoreFocus(el, start, end) {
  if (el instanceof HTMLSelectElement) el.focus();
  if (!el || !TYPED.has(el.type)) return;
  if (!el.matches(":focus")) el.focus();
  if (hasSelection(el)) el.setSelectionRange(start ?? null, end ?? null);
}

/** @param {any} el */
export const isIgnored = (el, binding = "phx-update") =>
  (el.getAttribute(binding) || el.getAttribute("data-phx-update")) === "ignore";

/** @param {any} el */
export const isNestedView = (el) => Boolean(el.getAttribute?.("data-phx-parent-id"));
/** @param {any} el */
export const isSticky = (el) => el.getAttribute?.("data-phx-sticky") != null;

/** @param {ParentNode} root @param {string} parentId @returns {HTMLElement[]} */
export const nestedViews = (root, parentId) => all(root, `${VIEW_SELECTOR}[data-phx-parent-id="${parentId}"]`);

/** @param {any} event */
export function wantsNewTab(event) {
  const target = event.target?.getAttribute?.("target") ?? null;
  const isDownload = event.target instanceof HTMLAnchorElement && event.target.hasAttribute("download");
  const named = target !== null && (target.toLowerCase() === "_blank" || !target.startsWith("_"));
  return Boolean(event.ctrlKey || event.shiftKey || event.metaKey || event.button === 1 || isDownload || named);
}

/** Removes a class, and the attribute with the last of them. @param {Element} el @param {string} name */
export function removeClass(el, name) {
  el.classList.remove(name);
  if (el.classList.length === 0) el.removeAttribute("class");
}

/** @param {string | undefined} title */
export function putTitle(title) {
  const el = /** @type {HTMLElement | null} */ (document.querySelector("title"));
  if (!el) {
    document.title = title ?? "";
    return;
  }
  const { prefix = "", suffix = "", default: fallback } = el.dataset;
  const isEmpty = !title?.trim();
  if (isEmpty && fallback === undefined) return;
  document.title = `${prefix}${isEmpty ? fallback : title}${suffix}`;
}

/**
 * Gives the view's element the tag and attributes the server asks for, keeping what
 * identifies it.
 * @param {HTMLElement} el @param {string} tag @param {Record<string, string>} attrs @returns {HTMLElement}
 */
export function replaceContainer(el, tag, attrs) {
  const keep = ["id", "data-phx-session", "data-phx-static", "data-phx-main", "data-phx-root-id"];
  if (el.tagName.toLowerCase() === tag.toLowerCase()) {
    for (const { name } of [...el.attributes]) if (!keep.includes(name)) el.removeAttribute(name);
    for (const [name, value] of Object.entries(attrs)) if (!keep.includes(name)) el.setAttribute(name, value);
    return el;
  }
  const fresh = document.createElement(tag);
  for (const [name, value] of Object.entries(attrs)) fresh.setAttribute(name, value);
  for (const name of keep) {
    const value = el.getAttribute(name);
    if (value !== null) fresh.setAttribute(name, value);
  }
  fresh.innerHTML = el.innerHTML;
  el.replaceWith(fresh);
  return fresh;
}

/** @param {Node} el @returns {boolean} whether the view in it has ended */
export const isDestroyed = (el) => el instanceof Element && el.id !== "" && data.get(el, "destroyed") === true;
