// Turns one DOM tree into the likeness of another with as few changes as possible, so
// that focus, scroll position and listeners survive.
//
// Children are matched by key (their id) wherever they are in the tree, and else by
// position and tag name. What may be added, updated or removed, and where, is decided
// by the rules handed in; this file knows nothing of live views.

/** @typedef {import("./types.js").MorphRules} MorphRules */

/** @param {Node} a @param {Node} b */
const sameName = (a, b) => a.nodeName === b.nodeName || a.nodeName.toUpperCase() === b.nodeName.toUpperCase();

/** One run of the algorithm: it remembers which keyed elements are still unmatched. */
export class Morph {
  #rules;
  /** @type {Map<string, Element>} */
  #unmatched = new Map();
  /** Keys passed over; removed at the end unless a match turned up elsewhere. @type {string[]} */
  #passedOver = [];

  /** @param {MorphRules} rules */
  constructor(rules) {
    this.#rules = rules;
  }

  /** @param {Element} from @param {Element} to */
  run(from, to) {
    const { key, childrenOnly, keyedRoot, discarded } = this.#rules;
    this.#index(from);
    if (keyedRoot && !childrenOnly && key(from) !== key(to)) {
      discarded(from);
      from.replaceWith(to);
      this.#added(to);
      this.#discardChildren(from, false);
      this.#removePassedOver();
      return;
    }
    let target = from;
    if (!childrenOnly && !sameName(from, to)) {
      discarded(from);
      target = document.createElementNS(to.namespaceURI, to.localName);
      target.append(...from.childNodes);
    }
    this.#element(target, to, childrenOnly);
    this.#removePassedOver();
    if (target !== from) from.replaceWith(target);
  }

  /** @param {Node} node */
  #index(node) {
    for (const child of node.childNodes) {
      const key = this.#rules.key(child);
      if (key) this.#unmatched.set(key, /** @type {Element} */ (child));
      this.#index(child);
    }
  }

  /** @param {Element} from @param {Element} to @param {boolean} [childrenOnly] */
  #element(from, to, childrenOnly = false) {
    const key = this.#rules.key(to);
    if (key) this.#unmatched.delete(key);
    if (!childrenOnly) {
      const target = this.#rules.beforeUpdate(from, to);
      if (!target) return;
      from = target;
      // A twin has elements of its own; and what was moved in here may match once more.
      if (from instanceof HTMLElement) this.#index(from);
      copyAttributes(from, to, this.#rules.attributeChanged);
      this.#rules.updated(from);
    }
    if (from instanceof HTMLTextAreaElement) syncTextarea(from, /** @type {any} */ (to));
    else this.#children(from, to);
  }

  /** @param {Element} from @param {Element} to */
  #children(from, to) {
    // In a stream the new HTML holds only what changed, so position says nothing.
    const byKeyOnly = this.#rules.matchByKeyOnly(from);
    /** @type {ChildNode | null} */
    let old = from.firstChild;
    /** @type {ChildNode | null} */
    let fresh = to.firstChild;
    const hadNew = fresh !== null;
    while (fresh) {
      const nextFresh = /** @type {ChildNode | null} */ (fresh.nextSibling);
      const matched = byKeyOnly ? null : this.#matchFrom(from, old, fresh);
      if (matched) old = matched.next;
      else {
        if (!byKeyOnly) old = null;
        this.#place(from, fresh, byKeyOnly);
      }
      fresh = nextFresh;
    }
    if (!(byKeyOnly && hadNew)) this.#passOverFrom(from, old);
    if (from instanceof HTMLSelectElement) syncSelect(from, to);
    else if (from instanceof HTMLOptionElement) syncOption(from, /** @type {any} */ (to));
    else if (from instanceof HTMLInputElement) syncInput(from, /** @type {any} */ (to));
  }

  /**
   * Looks through the old children from `old` on for the one that `fresh` continues;
   * those before it are passed over.
   * @param {Element} parent @param {ChildNode | null} old @param {ChildNode} fresh
   * @returns {{next: ChildNode | null} | null}
   */
  #matchFrom(parent, old, fresh) {
    const freshKey = this.#rules.key(fresh);
    while (old) {
      let next = /** @type {ChildNode | null} */ (old.nextSibling);
      if (old.nodeType === fresh.nodeType) {
        if (!(old instanceof Element)) {
          if (old.nodeValue !== fresh.nodeValue) {
            this.#rules.textChanged?.(old, old.nodeValue ?? "", fresh.nodeValue ?? "");
            old.nodeValue = fresh.nodeValue;
          }
          return { next };
        }
        const oldKey = this.#rules.key(old);
        let candidate = /** @type {Element} */ (old);
        let compatible = oldKey === freshKey || (!oldKey && !freshKey);
        if (!compatible && freshKey) {
          const elsewhere = this.#unmatched.get(freshKey);
          // If the match is the very next child, it is cheaper to drop this one.
          if (elsewhere && elsewhere !== next) {
            parent.insertBefore(elsewhere, old);
            this.#passOver(parent, old);
            candidate = elsewhere;
            compatible = true;
          }
        }
        if (compatible && sameName(candidate, fresh)) {
          this.#element(candidate, /** @type {Element} */ (fresh));
          return { next };
        }
        old = candidate;
      }
      this.#passOver(parent, old);
      old = next;
    }
    return null;
  }

  /** @param {Element} parent @param {ChildNode} fresh @param {boolean} stayPut */
  #place(parent, fresh, stayPut) {
    const key = this.#rules.key(fresh);
    const match = key ? this.#unmatched.get(key) : undefined;
    if (match && sameName(match, fresh)) {
      if (!stayPut) this.#rules.add(parent, match);
      this.#element(match, /** @type {Element} */ (fresh));
      return;
    }
    const node = this.#rules.beforeAdd(fresh);
    if (!node) return;
    this.#rules.add(parent, node);
    this.#added(node);
  }

  /**
   * New content may contain elements that are already in the page: these are reused.
   * @param {Node} node
   */
  #added(node) {
    this.#rules.added(node);
    /** @type {Set<Node>} */
    const seen = new Set();
    let child = /** @type {ChildNode | null} */ (node.firstChild);
    while (child) {
      seen.add(child);
      const next = /** @type {ChildNode | null} */ (child.nextSibling);
      const key = this.#rules.key(child);
      const match = key ? this.#unmatched.get(key) : undefined;
      if (match && sameName(child, match)) {
        child.replaceWith(match);
        this.#element(match, /** @type {Element} */ (child));
      } else this.#added(child);
      // A child may have been moved behind those still to come, and must not come again.
      child = next && seen.has(next) ? ([...node.childNodes].find((other) => !seen.has(other)) ?? null) : next;
    }
  }

  /** @param {Node} parent @param {ChildNode | null} old */
  #passOverFrom(parent, old) {
    while (old) {
      const next = /** @type {ChildNode | null} */ (old.nextSibling);
      this.#passOver(parent, old);
      old = next;
    }
  }

  /** @param {Node} _parent @param {ChildNode} old */
  #passOver(_parent, old) {
    const key = this.#rules.key(old);
    if (key) this.#passedOver.push(key);
    else this.#remove(old, true);
  }

  /** @param {ChildNode} node @param {boolean} spareKeyed */
  #remove(node, spareKeyed) {
    if (!this.#rules.beforeDiscard(node)) return;
    node.remove();
    this.#rules.discarded(node);
    this.#discardChildren(node, spareKeyed);
  }

  /** @param {Node} node @param {boolean} spareKeyed */
  #discardChildren(node, spareKeyed) {
    if (!(node instanceof Element)) return;
    for (const child of [...node.childNodes]) {
      const key = spareKeyed ? this.#rules.key(child) : null;
      if (key) this.#passedOver.push(key);
      else {
        this.#rules.discarded(child);
        this.#discardChildren(child, spareKeyed);
      }
    }
  }

  #removePassedOver() {
    for (const key of this.#passedOver) {
      const el = this.#unmatched.get(key);
      if (el) this.#remove(el, false);
    }
  }
}

/**
 * @param {Element} from @param {Element} to
 * @param {((el: Element, name: string, before: string | null, after: string | null) => void) | undefined} changed
 */
function copyAttributes(from, to, changed) {
  for (const { name, value, namespaceURI } of [...to.attributes].reverse()) {
    const before = from.getAttributeNS(namespaceURI, localName(name, namespaceURI));
    if (before === value) continue;
    from.setAttributeNS(namespaceURI, name, value);
    changed?.(from, name, before, value);
  }
  for (const { name, value, namespaceURI } of [...from.attributes].reverse()) {
    const local = localName(name, namespaceURI);
    if (to.hasAttributeNS(namespaceURI, local)) continue;
    from.removeAttributeNS(namespaceURI, local);
    changed?.(from, name, value, null);
  }
}

/** @param {string} name @param {string | null} namespace */
const localName = (name, namespace) => (namespace ? name.replace(/^[^:]*:/, "") : name);

// For form controls the property is what counts, and the attribute is only its start.

/** @param {any} from @param {any} to @param {string} name */
function syncFlag(from, to, name) {
  if (from[name] === to[name]) return;
  from[name] = to[name];
  if (to[name]) from.setAttribute(name, "");
  else from.removeAttribute(name);
}

/** @param {HTMLInputElement} from @param {HTMLInputElement} to */
function syncInput(from, to) {
  syncFlag(from, to, "checked");
  syncFlag(from, to, "disabled");
  if (from.value !== to.value) from.value = to.value;
  if (!to.hasAttribute("value")) from.removeAttribute("value");
}

/** @param {HTMLTextAreaElement} from @param {HTMLTextAreaElement} to */
function syncTextarea(from, to) {
  const value = to.value;
  if (from.value !== value) from.value = value;
  const text = from.firstChild;
  if (!text || text.nodeValue === value || (!value && text.nodeValue === from.placeholder)) return;
  text.nodeValue = value;
}

/** @param {HTMLOptionElement} from @param {HTMLOptionElement} to */
function syncOption(from, to) {
  const select = from.closest("select");
  if (select && !select.multiple) {
    if (from.hasAttribute("selected") && !to.selected) from.removeAttribute("selected");
    // Without this a browser may refuse to leave the select without a choice.
    select.selectedIndex = -1;
  }
  syncFlag(from, to, "selected");
}

/** @param {HTMLSelectElement} from @param {Element} to */
function syncSelect(from, to) {
  if (to.hasAttribute("multiple")) return;
  from.selectedIndex = [...from.options].findIndex((option) => option.hasAttribute("selected"));
}
