// Things the client remembers about an element: its view, its hook, what JS commands
// did to it, whether its input was used. Kept beside the document, not in it, so they
// vanish with the element.

/** @type {WeakMap<Node, Record<string, any>>} */
const store = new WeakMap();

/** @param {Node} el @param {string} key @returns {any} */
export const get = (el, key) => store.get(el)?.[key];

/** @param {Node} el @param {string} key @param {any} value */
export function set(el, key, value) {
  const data = store.get(el) ?? {};
  data[key] = value;
  store.set(el, data);
}

/** @param {Node} el @param {string} key */
export function remove(el, key) {
  const data = store.get(el);
  if (data) delete data[key];
}

/** Makes `target` share all that is known about `source`. @param {Node} target @param {Node} source */
export function share(target, source) {
  const data = store.get(source);
  if (data) store.set(target, data);
}

/** @typedef {{name: string, apply: (el: any) => any, result: any}} StickyOp */

/**
 * Does something to an element and does it again after every patch: what JS commands
 * changed on the client is not undone by HTML that does not know of it.
 * @param {Node} el @param {string} name @param {(el: any) => any} apply
 */
export function stick(el, name, apply) {
  const result = apply(el);
  /** @type {StickyOp[]} */
  const ops = get(el, "sticky") ?? [];
  const known = ops.find((op) => op.name === name);
  if (known) Object.assign(known, { apply, result });
  else ops.push({ name, apply, result });
  set(el, "sticky", ops);
}

/** @param {Node} el @param {string} name @param {any} fallback */
export function stuck(el, name, fallback) {
  /** @type {StickyOp[]} */
  const ops = get(el, "sticky") ?? [];
  return ops.find((op) => op.name === name)?.result ?? fallback;
}

/** Repeats what was stuck to the element. @param {Node} el */
export function restick(el) {
  for (const op of /** @type {StickyOp[]} */ (get(el, "sticky") ?? [])) op.result = op.apply(el);
}
