// Merging attributes where morphing would go too far: ignored elements, the input in
// focus, nested views.

/**
 * Gives the target the attributes of the source, those named excepted.
 * @param {any} target @param {any} source @param {{except?: string[], dataOnly?: boolean}} [opts]
 */
export function mergeAttributes(target, source, { except = [], dataOnly = false } = {}) {
  for (const { name, value } of [...source.attributes]) {
    if (except.includes(name)) {
      // Same value typed as sent: then the attribute may follow, and hooks see no change.
      if (name === "value" && target.value === (source.value ?? value)) target.setAttribute("value", value);
    } else if (target.getAttribute(name) !== value && (!dataOnly || name.startsWith("data-"))) {
      target.setAttribute(name, value);
    }
  }
  const pending = ["data-phx-ref-loading", "data-phx-ref-lock", "data-phx-ref-src"];
  for (const { name } of [...target.attributes]) {
    if (source.hasAttribute(name)) continue;
    if (!dataOnly || (name.startsWith("data-") && !pending.includes(name))) target.removeAttribute(name);
  }
}

/** For checkboxes the attribute of the server decides. @param {any} el */
export function syncChecked(el) {
  if (el instanceof HTMLInputElement && ["checkbox", "radio"].includes(el.type)) el.checked = el.hasAttribute("checked");
}

/** Whether a select the reader is in has other options now. @param {any} from @param {any} to */
export function isChangedSelect(from, to) {
  if (!(from instanceof HTMLSelectElement) || from.multiple) return false;
  if (from.options.length !== to.options.length) return true;
  to.value = from.value;
  return !from.isEqualNode(to);
}
