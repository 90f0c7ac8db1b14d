// Puts new HTML into the page. The only module that changes the document for a patch.
//
// morph.js does the comparing, and stream_items.js moves the items of streams; the rules here
// say what a live view adds to that: phx-update="ignore", the focused input, locked elements, nested views, portals.
import { accumulates, Accumulation } from "./accumulate.js";
import { lockedTwin, passOnTwin, syncPending } from "./acks.js";
import * as data from "./element_data.js";
import { all, dispatch, findComponent, hasSelection, isDestroyed, isEditable, isIgnored, isNestedView, isSticky, restoreFocus } from "./dom.js";
import { isChangedSelect, mergeAttributes, syncChecked } from "./attributes.js";
import { checkContainers, checkPage, removeUnkeyed } from "./contract.js";
import { Morph } from "./morph.js";
import { Portals } from "./portal.js";
import { StreamItems } from "./stream_items.js";

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
  #items;
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
    this.#items = new StreamItems(view, this.#report, opts.join ?? false, {
      leavesLater: (el) => this.#leavesLater(el),
      discarded: (el) => this.#discarded(el),
    });
    this.#portals = new Portals(view, (from, to) => this.#morph(from, to, true), (el) => this.#discarded(el));
  }

  run() {
    const target = this.#target();
    if (!target) return;
    const focused = (this.#focused = /** @type {any} */ (document.activeElement));
    const { selectionStart, selectionEnd } = hasSelection(focused) ? focused : /** @type {any} */ ({});

    this.#on.beforeUpdate(this.#container, this.#container);
    this.#items.run(this.#streams);
    if (this.#opts.join) this.#clearForJoin();
    this.#morph(target, toElement(this.#html), this.#opts.withRoot ?? false);
    this.#portals.finish();
    if (this.#view.liveSocket.isDebugEnabled()) checkPage();
    if (this.#report || this.#view.liveSocket.isDebugEnabled()) checkContainers(this.#items.ids(), this.#attr("update"), this.#report);

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
      add: (parent, child) => this.#items.add(parent, child),
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

  /** What a join does not send again is stale, also where containers else keep their children. */
  #clearForJoin() {
    const update = this.#attr("update");
    for (const el of all(this.#container, `[${update}=append] > *, [${update}=prepend] > *`)) el.setAttribute(PRUNE, "");
    this.#items.clear(this.#container);
  }

  // Rules for the morph ---------------------------------------------------------

  /** @param {any} node @returns {any} the node to add, or null */
  #beforeAdd(node) {
    if (!(node instanceof Element)) return node;
    if (this.#items.refuses(node)) return null;
    this.#view.prepareHooks(node, node);
    const kept = this.#items.restore(node.id);
    if (!kept) return node;
    this.#morph(kept, node, true);
    return kept;
  }

  /** @param {any} node */
  #added(node) {
    if (!(node instanceof Element)) return void this.#addedNodes.push(node);
    const parent = node.parentElement;
    this.#items.settle(node, true);
    if (this.#report && parent && !this.#items.isInserted(node) && !this.#addedNodes.includes(parent) && !parent.closest("[data-phx-stream]")) {
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

  /** @param {Element} el */
  #updated(el) {
    this.#noteTrigger(el);
    this.#updatedElements.push(el);
    this.#items.updated(el);
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
      this.#items.settle(from, false);
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

/** Scripts put in by a parser do not run; a fresh one does. @param {Element} el */
function runScript(el) {
  const script = document.createElement("script");
  for (const { name, value } of [...el.attributes]) script.setAttribute(name, value);
  script.nonce = /** @type {any} */ (el).nonce ?? "";
  script.textContent = el.textContent;
  el.replaceWith(script);
  return script;
}
