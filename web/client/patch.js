// Puts new HTML into the page. The only module that changes the document for a patch.
//
// morph.js does the comparing; the rules here say what a live view adds to it: streams,
// phx-update="ignore", the focused input, locked elements, nested views, portals.
import { accumulates, Accumulation } from "./accumulate.js";
import { lockedTwin, passOnTwin, syncPending } from "./acks.js";
import * as data from "./element_data.js";
import { all, dispatch, findComponent, hasSelection, isDestroyed, isEditable, isIgnored, isNestedView, isSticky, restoreFocus } from "./dom.js";
import { isChangedSelect, mergeAttributes, syncChecked } from "./attributes.js";
import { checkContainers, checkPage, removeUnkeyed } from "./contract.js";
import { Morph } from "./morph.js";
import { Portals } from "./portal.js";
import { cut, firstIndex, moveTarget, reason, StreamBatch } from "./streams.js";

/** @typedef {import("./types.js").PatchOptions} PatchOptions */
/** @typedef {import("./types.js").PatchListener} PatchListener */

/** Marks what a join may remove from a container that else keeps its children. */
const PRUNE = "data-phx-prune";

/** @param {string | Element} html @returns {Element} */
function toElement(html) {
  if (typeof html !== "string") return html;
  const template = document.createElement("template");
  template.innerHTML = html.trim();
  return /** @type {Element} */ (template.content.firstElementChild);
}

/** One patch: made, run once, thrown away. */
export class Patch {
  #view;
  #container;
  #html;
  #streams;
  #opts;
  #on;
  #report;
  #batch = new StreamBatch();
  /** Elements taken out that this patch may put back. @type {Map<string, HTMLElement>} */
  #kept = new Map();
  /** Where the children of stream containers were, for the report. @type {Map<Element, number>} */
  #indexBefore = new Map();
  /** The elements put back. @type {Set<Element>} */
  #restored = new Set();
  /** Elements with phx-remove: they leave when their transition has ended. @type {any[]} */
  #leaving = [];
  /** @type {Node[]} */
  #addedNodes = [];
  /** @type {Element[]} */
  #updatedElements = [];
  /** @type {Accumulation[]} */
  #accumulations = [];
  /** @type {HTMLFormElement | null} */
  #trigger = null;
  /** @type {any} */
  #focused = null;
  #portals;

  /**
   * @param {any} view @param {Element} container @param {string | Element} html
   * @param {import("./types.js").StreamOps[]} streams @param {PatchListener} on @param {PatchOptions} [opts]
   */
  constructor(view, container, html, streams, on, opts = {}) {
    this.#view = view;
    this.#container = container;
    this.#html = html;
    this.#streams = streams;
    this.#on = on;
    this.#opts = opts;
    this.#report = opts.report ?? null;
    this.#portals = new Portals(view, (from, to) => this.#morph(from, to, true), (el) => this.#discarded(el));
  }

  run() {
    const target = this.#target();
    if (!target) return;
    const focused = (this.#focused = /** @type {any} */ (document.activeElement));
    const { selectionStart, selectionEnd } = hasSelection(focused) ? focused : /** @type {any} */ ({});

    this.#on.beforeUpdate(this.#container, this.#container);
    if (this.#report) this.#noteIndexes();
    this.#batch.run(this.#streams, { reset: (ref) => this.#reset(ref), remove: (id, ref) => this.#delete(id, ref) });
    if (this.#opts.join) this.#clearForJoin();
    this.#morph(target, toElement(this.#html), this.#opts.withRoot ?? false);
    this.#portals.finish();
    if (this.#view.liveSocket.isDebugEnabled()) checkPage();
    if (this.#report || this.#view.liveSocket.isDebugEnabled()) checkContainers(this.#batch.ids(), this.#attr("update"), this.#report);

    for (const accumulation of this.#accumulations) accumulation.restore();
    this.#view.liveSocket.silently(() => restoreFocus(focused, selectionStart, selectionEnd));
    dispatch(document, "phx:update");
    for (const node of this.#addedNodes) this.#on.added(node);
    for (const el of this.#updatedElements) this.#on.updated(el);
    this.#startLeaving();
    if (this.#trigger) this.#submitNatively(this.#trigger, target);
  }

  /** The container, one component in it, or that component in the twin of a locked ancestor. */
  #target() {
    const { cid } = this.#opts;
    if (cid === undefined) return this.#container;
    const el = findComponent(this.#view.id, cid);
    if (!el) throw new Error(`component ${cid} of ${this.#view.id} is not on the page`);
    const lock = el.closest("[data-phx-ref-lock]");
    if (!lock || lock === el || !this.#view.owns(lock)) return el;
    const twin = data.get(lock, "twin");
    return twin ? twin.querySelector(`[data-phx-component="${cid}"]`) : el;
  }

  /** @param {Element} from @param {Element} to @param {boolean} withRoot */
  #morph(from, to, withRoot) {
    const isComponent = from.hasAttribute("data-phx-component");
    new Morph({
      childrenOnly: !isComponent && !withRoot,
      keyedRoot: isComponent,
      key: (node) => this.#key(node),
      matchByKeyOnly: (el) => el.getAttribute(this.#attr("update")) === "stream",
      add: (parent, child) => this.#add(parent, child),
      beforeAdd: (node) => this.#beforeAdd(node),
      added: (node) => this.#added(node),
      beforeUpdate: (a, b) => this.#beforeUpdate(a, b),
      updated: (el) => this.#updated(el),
      beforeDiscard: (node) => this.#beforeDiscard(node),
      discarded: (node) => this.#discarded(node),
      textChanged: this.#report ? (node, a, b) => this.#report?.text(node, a, b) : undefined,
      attributeChanged: this.#report ? (el, name, a, b) => this.#report?.attribute(el, name, a, b) : undefined,
    }).run(from, to);
  }

  /** @param {string} name */
  #attr(name) {
    return this.#view.liveSocket.binding(name);
  }

  /** Whether the element's new HTML holds only what changed. @param {Element} el */
  #isPartial(el) {
    const update = this.#attr("update");
    return el.getAttribute(update) === "stream" || accumulates(el, update);
  }

  /** @param {Node} node @returns {string | null} */
  #key(node) {
    if (!(node instanceof Element) || isDestroyed(node)) return null;
    if (this.#opts.join) return node.id || null;
    const magic = node.getAttribute("data-phx-id");
    return data.get(node, "clientSetId") ? magic : node.id || magic;
  }

  // Streams ------------------------------------------------------------------

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

  /** Items of the HTML page that the join does not send again are stale. */
  #clearForJoin() {
    const update = this.#attr("update");
    for (const el of all(this.#container, `[${update}=append] > *, [${update}=prepend] > *`)) el.setAttribute(PRUNE, "");
    const containers = all(this.#container, `[${this.#attr("update")}=stream]`).filter((el) => this.#view.owns(el));
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
    if (this.#leavesLater(el)) return;
    el.remove();
    this.#discarded(el);
  }

  /** @param {Element} parent @param {any} child */
  #add(parent, child) {
    const insert = this.#batch.get(child.id);
    if (!insert) return void parent.appendChild(child);
    markStreamItem(child, insert.ref);
    const children = [...parent.children];
    const index = firstIndex(insert.at, children.map((el) => el.hasAttribute("data-phx-stream")));
    if (index === null) return void this.#report?.add({ op: "ignored", id: child.id, stream: insert.ref, at: insert.at, reason: reason.noPosition(insert.at) });
    if (insert.at === 0) parent.insertBefore(child, parent.firstChild);
    else parent.insertBefore(child, children[index] ?? null);
  }

  /** @param {any} el @param {boolean} isNew */
  #settle(el, isNew) {
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

  // Rules for the morph ---------------------------------------------------------

  /** @param {any} node @returns {any} the node to add, or null */
  #beforeAdd(node) {
    if (!(node instanceof Element)) return node;
    const insert = this.#batch.get(node.id);
    const kept = this.#kept.get(node.id);
    if (insert?.updateOnly && !kept) {
      this.#report?.add({ op: "ignored", id: node.id, stream: insert.ref, at: insert.at, reason: reason.updateOnly });
      return null;
    }
    this.#view.prepareHooks(node, node);
    if (!kept) return node;
    this.#kept.delete(node.id);
    this.#restored.add(kept);
    this.#morph(kept, node, true);
    return kept;
  }

  /** @param {any} node */
  #added(node) {
    if (!(node instanceof Element)) return void this.#addedNodes.push(node);
    const parent = node.parentElement;
    this.#settle(node, true);
    if (this.#report && parent && !this.#batch.get(node.id) && !this.#addedNodes.includes(parent) && !parent.closest("[data-phx-stream]")) {
      this.#report.element("inserted", node);
    }
    if (this.#portals.isTemplate(node)) this.#portals.later(/** @type {any} */ (node));
    // Some browsers ignore these on elements made by a parser outside the document.
    if (node instanceof HTMLImageElement && node.srcset) node.srcset = String(node.srcset);
    else if (node instanceof HTMLVideoElement && node.autoplay) node.play();
    this.#noteTrigger(node);
    if ((isNestedView(node) && this.#view.owns(node)) || (isSticky(node) && this.#view.owns(/** @type {Element} */ (node.parentNode)))) {
      this.#on.nestedViewAdded(node);
    }
    this.#addedNodes.push(node.localName === "script" && node.hasAttribute("data-phx-runtime-hook") ? runScript(node) : node);
  }

  /** @param {Element} el @param {import("./types.js").StreamInsert} insert */
  #reportAdded(el, insert) {
    if (!this.#report || !el.parentElement) return;
    const siblings = [...el.parentElement.children];
    const index = siblings.indexOf(el);
    const common = { id: el.id, stream: insert.ref, at: insert.at, limit: insert.limit, index };
    if (!this.#restored.has(el)) return this.#report.add({ op: "inserted", ...common, reason: reason.inserted(insert, index, siblings.length) });
    const from = this.#indexBefore.get(el);
    const why = this.#opts.join ? reason.rejoined : reason.restored(insert, index, from);
    this.#report.add({ op: this.#opts.join || from === index ? "kept" : "moved", ...common, from, reason: why });
  }

  #noteIndexes() {
    for (const container of all(document, `[${this.#attr("update")}=stream]`)) {
      [...container.children].forEach((child, index) => this.#indexBefore.set(child, index));
    }
  }

  /** @param {Element} el */
  #updated(el) {
    this.#noteTrigger(el);
    this.#updatedElements.push(el);
    const insert = this.#batch.get(el.id);
    if (insert && el.parentElement && !this.#restored.has(el)) {
      const index = [...el.parentElement.children].indexOf(el);
      this.#report?.add({ op: "updated", id: el.id, stream: insert.ref, at: insert.at, limit: insert.limit, index, reason: reason.updated(insert) });
    }
    this.#settle(el, false);
  }

  /**
   * Decides how `from` becomes `to`. Returns the element to morph, or null if there is
   * nothing (more) to do.
   * @param {any} from @param {any} to @returns {Element | null}
   */
  #beforeUpdate(from, to) {
    const { binding } = this.#view.liveSocket;
    syncPending(from, to);
    this.#view.prepareHooks(from, to);
    if (this.#isPartial(to)) removeUnkeyed(to, this.#report);
    const isTyping = from === this.#focused && isEditable(from);
    const selectChanged = isTyping && isChangedSelect(from, to);

    if (to.hasAttribute("data-phx-skip")) {
      lockedTwin(from, isTyping, this.#opts.undoRef);
      if (this.#opts.undoRef !== undefined) passOnTwin(from, to);
      this.#settle(from, false);
      return null;
    }
    if (isSticky(from)) {
      for (const name of ["data-phx-session", "data-phx-static", "data-phx-root-id"]) {
        const value = to.getAttribute(name);
        if (value) from.setAttribute(name, value);
      }
      return null;
    }
    const ignored = isIgnored(from, binding("update"));
    if (ignored || (from.form && from.form === this.#trigger)) {
      this.#on.beforeUpdate(from, to);
      mergeAttributes(from, to, { dataOnly: ignored });
      return this.#finish(from);
    }
    // The browser has no value to compare with while a number is half typed.
    if (from.type === "number" && from.validity?.badInput) return null;

    from = lockedTwin(from, isTyping, this.#opts.undoRef);
    if (isNestedView(to)) {
      const session = from.getAttribute("data-phx-session");
      mergeAttributes(from, to, { except: ["data-phx-static"] });
      if (session !== "") from.setAttribute("data-phx-session", session ?? "");
      from.setAttribute("data-phx-root-id", this.#view.root.id);
      data.restick(from);
      return null;
    }
    if (this.#opts.undoRef !== undefined) passOnTwin(from, to);
    data.share(to, from);
    if (this.#portals.isTemplate(to)) {
      this.#portals.later(to);
      from.content.replaceChildren(to.content.cloneNode(true));
      return null;
    }
    if (isTyping && from.type !== "hidden" && !selectChanged && !to.hasAttribute(binding("patch-focused"))) {
      this.#on.beforeUpdate(from, to);
      // What the reader types wins over what the server last knew.
      if (from.localName !== "select") mergeAttributes(from, to, { except: ["value"] });
      if (to.readOnly) from.setAttribute("readonly", "true");
      else from.removeAttribute("readonly");
      syncChecked(from);
      return this.#finish(from);
    }
    if (selectChanged) from.blur();
    if (accumulates(to, binding("update"))) this.#accumulations.push(new Accumulation(from, to, binding("update")));
    syncChecked(to);
    data.restick(to);
    this.#on.beforeUpdate(from, to);
    return from;
  }

  /** @param {Element} el @returns {null} */
  #finish(el) {
    this.#updatedElements.push(el);
    data.restick(el);
    return null;
  }

  /** @param {any} node */
  #beforeDiscard(node) {
    if (!(node instanceof Element)) return true;
    if (node.hasAttribute(PRUNE)) return true;
    // Absence from what holds only what changed means nothing.
    if (node.id && node.parentElement && this.#isPartial(node.parentElement)) return false;
    if (node.hasAttribute("data-phx-teleported") || this.#leavesLater(node) || node.hasAttribute("data-phx-skip")) return false;
    if (this.#portals.isTemplate(node)) this.#portals.removeTarget(/** @type {any} */ (node));
    if (!node.closest("[data-phx-stream]")) this.#report?.element("deleted", node);
    return true;
  }

  /** @param {any} node */
  #discarded(node) {
    if (isNestedView(node) || isSticky(node)) this.#view.liveSocket.destroyViewByElement(node);
    if (node instanceof Element) this.#on.discarded(node);
  }

  /** @param {Element} el */
  #leavesLater(el) {
    if (!el.hasAttribute(this.#attr("remove"))) return false;
    this.#leaving.push(el);
    return true;
  }

  #startLeaving() {
    const leaving = this.#leaving;
    if (leaving.length === 0) return;
    this.#view.liveSocket.runRemovals(leaving, this.#view, () => {
      for (const el of leaving) {
        const child = isNestedView(el) ? el : el.querySelector("[data-phx-parent-id]");
        if (child) this.#view.liveSocket.destroyViewByElement(child);
        el.remove();
      }
      this.#on.removedLater(leaving);
    });
  }

  /** @param {any} el */
  #noteTrigger(el) {
    if (el.hasAttribute(this.#attr("trigger-action")) && document.body.contains(el)) this.#trigger = el;
  }

  /** @param {any} form @param {Element} target */
  #submitNatively(form, target) {
    this.#view.liveSocket.unload();
    const submitter = data.get(form, "submitter");
    if (submitter?.name && target.contains(submitter)) {
      const input = document.createElement("input");
      Object.assign(input, { type: "hidden", name: submitter.name, value: submitter.value });
      const owner = submitter.getAttribute("form");
      if (owner) input.setAttribute("form", owner);
      submitter.before(input);
    }
    // The form may have a control named "submit", which hides the method.
    HTMLFormElement.prototype.submit.call(form);
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

/** Scripts put in by a parser do not run; a fresh one does. @param {Element} el */
function runScript(el) {
  const script = document.createElement("script");
  for (const { name, value } of [...el.attributes]) script.setAttribute(name, value);
  script.nonce = /** @type {any} */ (el).nonce ?? "";
  script.textContent = el.textContent;
  el.replaceWith(script);
  return script;
}
