// What a form sends, and how it survives a reconnect.
//
// A form is sent as a query string. Before the value of each field the reader has not
// touched stands an empty "_unused_" twin, so that the server can hold back error
// messages for fields nobody has come to yet.
import * as data from "./element_data.js";
import { all, closestBinding, isFormControl } from "./dom.js";

/**
 * The name of a field's "unused" marker: `u[email]` → `u[_unused_email]`, `tags[]` → `_unused_tags[]`.
 * @param {string} name @param {string} [prefix]
 */
export function unusedName(name, prefix = "_unused_") {
  const isList = name.endsWith("[]");
  const base = isList ? name.slice(0, -2) : name;
  const marked = base.replace(/([^[\]]+)(\]?$)/, (_, key, bracket) => prefix + key + bracket);
  return isList ? `${marked}[]` : marked;
}

/**
 * The names none of whose inputs was used, nor are all of them hidden.
 * @param {Iterable<{name: string, used: boolean, hidden: boolean}>} inputs
 * @returns {Set<string>}
 */
export function unusedNames(inputs) {
  /** @type {Map<string, {unused: boolean, hidden: boolean}>} */
  const names = new Map();
  for (const { name, used, hidden } of inputs) {
    if (!name) continue;
    const before = names.get(name) ?? { unused: true, hidden: true };
    names.set(name, { unused: before.unused && !used, hidden: before.hidden && hidden });
  }
  return new Set([...names].filter(([, { unused, hidden }]) => unused && !hidden).map(([name]) => name));
}

/**
 * @param {Iterable<[string, unknown]>} entries of a FormData; files are left out
 * @param {{unused: Set<string>, submitter?: string, only?: string[]}} opts
 * @returns {string} a query string
 */
export function encodeForm(entries, { unused, submitter, only = [] }) {
  const list = [...entries];
  // A name with a file among its values goes with all of them, as in FormData.delete.
  const files = new Set(list.filter(([, value]) => typeof value !== "string").map(([name]) => name));
  const params = new URLSearchParams();
  for (const [name, value] of list) {
    if (files.has(name) || (only.length > 0 && !only.includes(name))) continue;
    if (unused.has(name) && name !== submitter) params.append(unusedName(name), "");
    params.append(name, String(value));
  }
  return params.toString();
}

/**
 * @param {HTMLFormElement} form @param {{submitter?: any, binding: (name: string) => string, only?: string[]}} opts
 * @returns {string}
 */
export function serializeForm(form, { submitter, binding, only }) {
  const noUnused = binding("no-unused-field");
  // The submitter belongs among the values at its own place, so a hidden input stands in for it.
  const standIn = submitter?.name ? standInFor(submitter) : null;
  const inputs = [...form.elements].filter(isFormControl).map((/** @type {any} */ input) => ({
    name: input.name,
    used: Boolean(data.get(input, "used") || data.get(input, "submitted") || input.hasAttribute(noUnused)),
    hidden: input.type === "hidden",
  }));
  const unused = form.hasAttribute(noUnused) ? new Set(/** @type {string[]} */ ([])) : unusedNames(inputs);
  const value = encodeForm(new FormData(form), { unused, submitter: submitter?.name || undefined, only });
  standIn?.remove();
  return value;
}

/** @param {any} submitter */
function standInFor(submitter) {
  const input = document.createElement("input");
  Object.assign(input, { type: "hidden", name: submitter.name, value: submitter.value });
  const owner = submitter.getAttribute("form");
  if (owner) input.setAttribute("form", owner);
  submitter.before(input);
  return input;
}

/** @param {HTMLFormElement} form */
export function markSubmitted(form) {
  for (const el of [form, ...form.elements]) data.set(el, "submitted", true);
}

/** A reset form is as good as new. @param {HTMLFormElement} form */
export function forgetUse(form) {
  for (const input of form.elements) {
    data.remove(input, "used");
    data.remove(input, "submitted");
  }
}

/**
 * Disables a form while it is being submitted; returns what is to be marked.
 * @param {any} form @param {(name: string) => string} binding
 * @returns {import("./acks.js").Marked[]}
 */
export function disableForm(form, binding) {
  const ignored = (/** @type {any} */ el) =>
    closestBinding(el, `${binding("update")}=ignore`, el.form) || closestBinding(el, "data-phx-update=ignore", el.form);
  /** @type {any[]} */
  const elements = [...form.elements];
  const labelled = elements.filter((el) => el.hasAttribute(binding("disable-with")));
  const buttons = elements.filter((el) => el.tagName === "BUTTON" && !ignored(el));
  const inputs = elements.filter((el) => ["INPUT", "TEXTAREA"].includes(el.tagName) && !ignored(el));
  for (const button of buttons) {
    button.setAttribute("data-phx-disabled", String(button.disabled));
    button.disabled = true;
  }
  for (const input of inputs) {
    input.setAttribute("data-phx-readonly", String(input.readOnly));
    input.readOnly = true;
    if (!input.files) continue;
    input.setAttribute("data-phx-disabled", String(input.disabled));
    input.disabled = true;
  }
  const controls = [...labelled, ...buttons, ...inputs].map((el) => ({ el, loading: true, lock: true }));
  // Children first, so they are locked by the time the form says it is busy.
  return [{ el: form, loading: true, lock: false }, ...controls].reverse();
}

/**
 * Copies of the forms whose values shall outlive a rejoin, by id.
 * @param {any} view @returns {Record<string, HTMLFormElement>}
 */
export function formsToRecover(view) {
  const { binding } = view.liveSocket;
  const change = binding("change");
  const id = CSS.escape(view.id);
  const selector = `#${id} form[${change}], [data-phx-teleported="${id}"] form[${change}]`;
  /** @type {Record<string, HTMLFormElement>} */
  const copies = {};
  for (const form of all(document, selector)) {
    if (!form.id || form.elements.length === 0 || form.getAttribute(binding("auto-recover")) === "ignore") continue;
    copies[form.id] = copyForm(form);
  }
  return copies;
}

/** A clone with values and memory: cloneNode alone keeps neither. @param {HTMLFormElement} form */
function copyForm(form) {
  const copy = /** @type {HTMLFormElement} */ (form.cloneNode(true));
  const originals = [form, ...all(form, "*")];
  [copy, ...all(copy, "*")].forEach((el, i) => copyState(el, originals[i]));
  for (const el of all(document, `[form="${CSS.escape(form.id)}"]`)) {
    const inside = all(copy, `[form="${CSS.escape(form.id)}"]`)[0];
    inside?.remove();
    const extra = /** @type {any} */ (el.cloneNode(true));
    copyState(extra, el);
    extra.removeAttribute("form");
    copy.append(extra);
  }
  return copy;
}

/** @param {any} copy @param {any} original */
function copyState(copy, original) {
  data.share(copy, original);
  if (original instanceof HTMLInputElement && original.type === "file") return;
  if ("checked" in original) copy.checked = original.checked;
  if (original instanceof HTMLOptionElement) copy.selected = original.selected;
  else if (isFormControl(original) && "value" in original) copy.value = original.value;
}
