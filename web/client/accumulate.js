// phx-update="append" and "prepend", which streams have replaced: the container keeps the children
// that it has, those that come again are updated where they are, and new ones are put at one end.

/** @param {Element} el @param {string} update the attribute's name */
export const accumulates = (el, update) => ["append", "prepend"].includes(el.getAttribute(update) ?? "");

/** The order of one container's children, noted before a patch and put right after it. */
export class Accumulation {
  #containerId;
  #isPrepend;
  /** Children that come again, each with the id of the one before it. @type {{id: string, previous: string | null}[]} */
  #known = [];
  /** @type {string[]} */
  #fresh;

  /** @param {Element} from @param {Element} to @param {string} update the attribute's name */
  constructor(from, to, update) {
    this.#containerId = to.id;
    this.#isPrepend = to.getAttribute(update) === "prepend";
    const coming = [...to.children].map((child) => child.id);
    const before = new Set();
    for (const child of from.children) {
      if (!child.id) continue;
      before.add(child.id);
      if (coming.includes(child.id)) this.#known.push({ id: child.id, previous: child.previousElementSibling?.id || null });
    }
    this.#fresh = coming.filter((id) => !before.has(id));
  }

  restore() {
    const container = document.getElementById(this.#containerId);
    if (!container) return;
    for (const { id, previous } of this.#known) {
      const el = document.getElementById(id);
      const neighbour = previous && document.getElementById(previous);
      if (!el) continue;
      if (!previous && el.previousElementSibling) container.prepend(el);
      else if (neighbour && el.previousElementSibling !== neighbour) neighbour.after(el);
    }
    if (!this.#isPrepend) return;
    for (const id of this.#fresh.reverse()) {
      const el = document.getElementById(id);
      if (el) container.prepend(el);
    }
  }
}
