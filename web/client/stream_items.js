// The items of streams in one patch: taken out, kept, put back, moved and cut off, as
// streams.js decides. Part of patch.js, which is the only module that changes the document.
import * as data from "./element_data.js";
import { all } from "./dom.js";
import { cut, firstIndex, moveTarget, reason, StreamBatch } from "./streams.js";

/** Carries out what the streams of one patch say. */
export class StreamItems {
  #view;
  #report;
  #isJoin;
  #on;
  /** A selector. */
  #containers;
  #batch = new StreamBatch();
  /** Elements taken out that this patch may put back. @type {Map<string, HTMLElement>} */
  #kept = new Map();
  /** Where the children of stream containers were, for the report. @type {Map<Element, number>} */
  #indexBefore = new Map();
  /** The elements put back. @type {Set<Element>} */
  #restored = new Set();

  /**
   * @param {any} view @param {import("./report.js").Report | null} report @param {boolean} isJoin
   * @param {{leavesLater(el: Element): boolean, discarded(el: Element): void}} on what else becomes of elements taken out
   */
  constructor(view, report, isJoin, on) {
    this.#view = view;
    this.#report = report;
    this.#isJoin = isJoin;
    this.#on = on;
    this.#containers = `[${view.liveSocket.binding("update")}=stream]`;
  }

  /** Takes out what is reset or deleted. @param {import("./types.js").StreamOps[]} streams */
  run(streams) {
    if (this.#report) this.#noteIndexes();
    this.#batch.run(streams, { reset: (ref) => this.#reset(ref), remove: (id, ref) => this.#delete(id, ref) });
  }

  ids() {
    return this.#batch.ids();
  }

  /** @param {Element} el */
  isInserted(el) {
    return this.#batch.get(el.id) !== undefined;
  }

  /** Whether a new element is not to be added: its insert only updates. @param {Element} el */
  refuses(el) {
    const insert = this.#batch.get(el.id);
    if (!insert?.updateOnly || this.#kept.has(el.id)) return false;
    this.#report?.add({ op: "ignored", id: el.id, stream: insert.ref, at: insert.at, reason: reason.updateOnly });
    return true;
  }

  /** The element with the id that was taken out, to be put back. @param {string} id */
  restore(id) {
    const el = this.#kept.get(id);
    this.#kept.delete(id);
    if (el) this.#restored.add(el);
    return el;
  }

  /** An element was there and has been updated. @param {Element} el */
  updated(el) {
    const insert = this.#batch.get(el.id);
    if (insert && el.parentElement && !this.#restored.has(el)) {
      const index = [...el.parentElement.children].indexOf(el);
      this.#report?.add({ op: "updated", id: el.id, stream: insert.ref, at: insert.at, limit: insert.limit, index, reason: reason.updated(insert) });
    }
    this.settle(el, false);
  }

  /** @param {string} ref */
  #reset(ref) {
    const items = all(document, `[data-phx-stream="${ref}"]`).filter((el) => this.#view.owns(el));
    const kept = items.filter((el) => this.#batch.get(el.id)).length;
    this.#report?.add({ op: "reset", stream: ref, reason: `reset: ${items.length - kept} removed, ${kept} sent again` });
    for (const el of items) this.#takeOut(el, { op: "deleted", stream: ref, reason: reason.reset });
  }

  /** @param {string} id @param {string} ref */
  #delete(id, ref) {
    const el = document.getElementById(id);
    if (el) this.#takeOut(el, { op: "deleted", stream: ref, reason: reason.deleted });
    else if (!this.#batch.get(id)) {
      this.#report?.add({ op: "ignored", id, stream: ref, reason: reason.notFound });
      this.#report?.problem("delete-not-found", `the server deleted "${id}", but no element has this id: does the item carry its dom id unchanged?`, id);
    }
  }

  /** Items of the HTML page that the join does not send again are stale. @param {Element} root */
  clear(root) {
    const containers = all(root, this.#containers).filter((el) => this.#view.owns(el));
    for (const container of containers) {
      for (const child of [...container.children]) {
        const stream = child.getAttribute("data-phx-stream") ?? undefined;
        this.#takeOut(child, { op: "removed_on_join", stream, reason: reason.join }, true);
      }
    }
  }

  /** @param {any} el @param {import("./types.js").PatchOp} op @param {boolean} [force] */
  #takeOut(el, op, force = false) {
    if (!force && !this.#view.owns(el)) return;
    if (this.#batch.get(el.id)) {
      this.#kept.set(el.id, el);
      if (op.op === "pruned") this.#report?.add({ ...op, id: el.id });
      el.remove();
      return;
    }
    this.#report?.add({ ...op, id: el.id });
    if (this.#on.leavesLater(el)) return;
    el.remove();
    this.#on.discarded(el);
  }

  /** Puts a new or moved child into its parent. @param {Element} parent @param {any} child */
  add(parent, child) {
    const insert = this.#batch.get(child.id);
    if (!insert) return void parent.appendChild(child);
    markStreamItem(child, insert.ref);
    const children = [...parent.children];
    const index = firstIndex(insert.at, children.map((el) => el.hasAttribute("data-phx-stream")));
    if (index === null) return void this.#report?.add({ op: "ignored", id: child.id, stream: insert.ref, at: insert.at, reason: reason.noPosition(insert.at) });
    if (insert.at === 0) parent.insertBefore(child, parent.firstChild);
    else parent.insertBefore(child, children[index] ?? null);
  }

  /** Moves an item to where it belongs, and cuts off what its limit leaves no room for. @param {any} el @param {boolean} isNew */
  settle(el, isNew) {
    const insert = this.#batch.get(el.id);
    if (!insert) return;
    markStreamItem(el, insert.ref);
    const parent = el.parentElement;
    if ((!insert.reset && !isNew) || !parent) return;
    const children = [...parent.children];
    const target = moveTarget(insert.at, children.indexOf(el), children.length);
    // Also to where it is: a custom element hears of the move.
    if (target !== null) moveBefore(parent, el, children[target] ?? null);
    // The limit may cut this very element off again, so say first that it came.
    if (isNew) this.#reportAdded(el, insert);
    this.#limit(parent, insert);
  }

  /** @param {Element} parent @param {import("./types.js").StreamInsert} insert */
  #limit(parent, { limit, ref }) {
    const children = [...parent.children];
    const range = cut(limit, children.length);
    if (!range) return;
    for (const child of children.slice(...range)) {
      const isItem = child.hasAttribute("data-phx-stream");
      this.#takeOut(child, { op: "pruned", stream: ref, limit, reason: reason.pruned(/** @type {number} */ (limit), isItem) });
    }
  }

  /** @param {Element} el @param {import("./types.js").StreamInsert} insert */
  #reportAdded(el, insert) {
    if (!this.#report || !el.parentElement) return;
    const siblings = [...el.parentElement.children];
    const index = siblings.indexOf(el);
    const common = { id: el.id, stream: insert.ref, at: insert.at, limit: insert.limit, index };
    if (!this.#restored.has(el)) return this.#report.add({ op: "inserted", ...common, reason: reason.inserted(insert, index, siblings.length) });
    const from = this.#indexBefore.get(el);
    const why = this.#isJoin ? reason.rejoined : reason.restored(insert, index, from);
    this.#report.add({ op: this.#isJoin || from === index ? "kept" : "moved", ...common, from, reason: why });
  }

  #noteIndexes() {
    for (const container of all(document, this.#containers)) {
      [...container.children].forEach((child, index) => this.#indexBefore.set(child, index));
    }
  }
}

/** @param {Element} el @param {string} ref */
const markStreamItem = (el, ref) => data.stick(el, "data-phx-stream", (item) => item.setAttribute("data-phx-stream", ref));

/**
 * Moves without taking out, where the browser can, so that iframes and animations go on.
 * @param {any} parent @param {Element} child @param {Element | null} before
 */
function moveBefore(parent, child, before) {
  if (typeof parent.moveBefore === "function") {
    try {
      return void parent.moveBefore(child, before);
    } catch {
      // Not every pair of nodes can be moved atomically.
    }
  }
  parent.insertBefore(child, before);
}
