// Focus for JS.focus, JS.focus_first and focus_wrap.

/** @param {any} el @param {boolean} interactiveOnly */
function isFocusable(el, interactiveOnly) {
  if (el instanceof HTMLAnchorElement && el.rel !== "ignore") return true;
  if (el instanceof HTMLAreaElement || el instanceof HTMLIFrameElement) return true;
  if (["input", "select", "textarea", "button"].includes(el.localName) && !el.disabled) return true;
  if (el.getAttribute("aria-hidden") === "true") return false;
  return el.tabIndex >= 0 || (!interactiveOnly && el.hasAttribute("tabindex"));
}

/** @param {any} el @param {boolean} [interactiveOnly] @returns {boolean} whether it has the focus now */
export function attemptFocus(el, interactiveOnly = false) {
  if (isFocusable(el, interactiveOnly)) el.focus();
  return document.activeElement === el;
}

/** @param {Element} el @returns {boolean} */
export const focusFirstInteractive = (el) => [...el.children].some((child) => attemptFocus(child, true) || focusFirstInteractive(child));

/** @param {Element} el @returns {boolean} */
export const focusFirst = (el) => [...el.children].some((child) => attemptFocus(child) || focusFirst(child));

/** @param {Element} el @returns {boolean} */
export const focusLast = (el) => [...el.children].reverse().some((child) => attemptFocus(child) || focusLast(child));
