// Hooks: the page's own JavaScript at points in an element's life. The only module that
// runs code of the user's.
import * as data from "./element_data.js";
import { dispatch, isIgnored, VIEW_SELECTOR } from "./dom.js";
import { attemptFocus, focusFirst, focusLast } from "./focus.js";
import { commandsFor } from "./js_commands.js";
import { LiveFileUpload, LiveImgPreview } from "./upload_hooks.js";
import { InfiniteScroll } from "./viewport.js";

/** The base of hooks: subclass it, or give LiveSocket an object with the callbacks. */
export class ViewHook {
  #view;
  #disconnected = false;
  /** @type {Set<{event: string, callback: (e: any) => void}>} */
  #listeners = new Set();

  /** @param {any} view null until it is attached to one @param {HTMLElement} el @param {Record<string, any>} [callbacks] */
  constructor(view, el, callbacks = {}) {
    this.#view = view;
    this.el = el;
    for (const [name, value] of Object.entries(callbacks)) {
      /** @type {any} */ (this)[name] = value;
      if (CORE.has(name)) console.warn(`Hook object for element #${el.id} overwrites core property '${name}'!`);
    }
  }

  /** The hook of a custom element gets its view when it is in the page. @param {any} view */
  attachView(view) {
    this.#view = view;
  }

  /** @returns {any} the view that the element belongs to */
  __view() {
    if (!this.#view) throw new Error(`hook not yet attached to a live view: ${this.el.outerHTML}`);
    return this.#view;
  }

  get liveSocket() {
    return this.__view().liveSocket;
  }

  mounted() {}
  /** @param {Element} _to the element as it will be */
  beforeUpdate(_to) {}
  updated() {}
  destroyed() {}
  disconnected() {}
  reconnected() {}

  js() {
    const commands = commandsFor(this.liveSocket, "hook");
    return { ...commands, exec: (/** @type {string} */ js) => this.liveSocket.execJS(this.el, js, "hook") };
  }

  /**
   * Sends an event to the live view. Without `onReply`, returns a promise of the reply.
   * @param {string} event @param {any} [payload] @param {(reply: any, ref: number) => void} [onReply]
   */
  pushEvent(event, payload = {}, onReply) {
    const sent = this.__view().pushes.hook(this.el, null, event, payload || {});
    if (!onReply) return sent.then((/** @type {any} */ { reply }) => reply);
    sent.then((/** @type {any} */ { reply, ref }) => onReply(reply, ref), () => {});
  }

  /**
   * Sends an event to the component or view of each element that matches.
   * @param {any} target @param {string} event @param {any} [payload] @param {(reply: any, ref: number) => void} [onReply]
   */
  pushEventTo(target, event, payload = {}, onReply) {
    /** @type {Promise<any>[]} */
    const sent = [];
    this.__view().withinTargets(target, (/** @type {any} */ view, /** @type {any} */ context) => {
      sent.push(view.pushes.hook(this.el, context, event, payload || {}));
    });
    if (!onReply) return Promise.allSettled(sent);
    for (const promise of sent) promise.then(({ reply, ref }) => onReply(reply, ref), () => {});
  }

  /** Listens to events the server pushes. @param {string} event @param {(payload: any) => void} callback */
  handleEvent(event, callback) {
    const ref = { event, callback: (/** @type {any} */ e) => callback(e.detail) };
    addEventListener(`phx:${event}`, ref.callback);
    this.#listeners.add(ref);
    return ref;
  }

  /** @param {{event: string, callback: (e: any) => void}} ref */
  removeHandleEvent(ref) {
    removeEventListener(`phx:${ref.event}`, ref.callback);
    this.#listeners.delete(ref);
  }

  /** Gives files to the view's upload input of a name. @param {string} name @param {any} files */
  upload(name, files) {
    this.__view().uploads.dispatch(null, name, files);
  }

  /** Gives files to an upload input inside each element that matches. @param {any} target @param {string} name @param {any} files */
  uploadTo(target, name, files) {
    this.__view().withinTargets(target, (/** @type {any} */ view, /** @type {any} */ context) => {
      view.uploads.dispatch(context, name, files);
    });
  }

  /** @param {boolean} connected */
  connectionChanged(connected) {
    if (connected === !this.#disconnected) return;
    this.#disconnected = !connected;
    if (connected) this.reconnected();
    else this.disconnected();
  }

  stopListening() {
    for (const ref of this.#listeners) this.removeHandleEvent(ref);
  }
}

/** What a hook object should not define, for hooks are made of it. */
const CORE = new Set("el liveSocket __view constructor js pushEvent pushEventTo handleEvent removeHandleEvent upload uploadTo".split(" "));

/**
 * Gives a custom element a hook; to be called in its connectedCallback.
 * @param {HTMLElement} el @param {Record<string, any>} callbacks @returns {ViewHook}
 */
export function createHook(el, callbacks) {
  const known = data.get(el, "customHook");
  if (known) return known;
  if (!el.id) console.error("Elements passed to createHook need to have a unique id attribute", el);
  const viewEl = el.closest(VIEW_SELECTOR);
  const hook = new ViewHook((viewEl && data.get(viewEl, "view")) || null, el, callbacks);
  if (el.isConnected) el.setAttribute("data-phx-hook", "");
  else console.error("hook attached to non-connected DOM element: call createHook within your connectedCallback", el);
  data.set(el, "customHook", hook);
  data.set(el, "customHookWaits", true);
  return hook;
}

/** Keeps the focus inside an element, as <.focus_wrap> wants it. */
const FocusWrap = {
  /** @this {any} */
  mounted() {
    const [start, end] = [this.el.firstElementChild, this.el.lastElementChild];
    const fromOutside = (/** @type {FocusEvent} */ e) => !e.relatedTarget || !this.el.contains(e.relatedTarget);
    start.addEventListener("focus", (/** @type {FocusEvent} */ e) => {
      const next = start.nextElementSibling;
      if (fromOutside(e)) attemptFocus(next) || focusFirst(next);
      else focusLast(this.el);
    });
    end.addEventListener("focus", (/** @type {FocusEvent} */ e) => {
      const previous = end.previousElementSibling;
      if (fromOutside(e)) attemptFocus(previous) || focusLast(previous);
      else focusFirst(this.el);
    });
    if (this.el.contains(document.activeElement)) return;
    this.el.addEventListener("phx:show-end", () => this.el.focus());
    if (getComputedStyle(this.el).display !== "none") focusFirst(this.el);
  },
};

/** @type {Record<string, any>} */
const BUILT_IN = {
  "Phoenix.FocusWrap": FocusWrap,
  "Phoenix.InfiniteScroll": InfiniteScroll,
  "Phoenix.LiveFileUpload": LiveFileUpload,
  "Phoenix.LiveImgPreview": LiveImgPreview,
};

/** The hooks of one view. */
export class Hooks {
  #view;
  /** @type {Map<Element, any>} */
  #hooks = new Map();

  /** @param {any} view */
  constructor(view) {
    this.#view = view;
  }

  /** @param {any} el */
  get(el) {
    return this.#hooks.get(el);
  }

  /** The viewport bindings work through a hook of their own. @param {Element} from @param {Element} to */
  prepare(from, to) {
    const { binding } = this.#view.liveSocket;
    const known = from.getAttribute("data-phx-hook");
    if (known !== null && !to.hasAttribute("data-phx-hook")) to.setAttribute("data-phx-hook", known);
    if (to.hasAttribute(binding("viewport-top")) || to.hasAttribute(binding("viewport-bottom"))) {
      to.setAttribute("data-phx-hook", "Phoenix.InfiniteScroll");
    }
  }

  /** Creates and mounts the element's hook unless it has one. @param {any} el */
  mount(el) {
    if (!(el instanceof HTMLElement || el instanceof SVGElement) || !this.#view.owns(el)) return;
    if (this.#hooks.has(el) || data.get(el, "hooked")) return;
    const hook = this.#customHook(el) ?? this.#make(el);
    if (!hook) return;
    this.#hooks.set(el, hook);
    data.set(el, "hooked", true);
    hook.mounted();
  }

  /** The hook that createHook gave to a custom element, once. @param {any} el @returns {ViewHook | null} */
  #customHook(el) {
    if (!data.get(el, "customHookWaits")) return null;
    data.remove(el, "customHookWaits");
    const hook = data.get(el, "customHook");
    hook.attachView(this.#view);
    return hook;
  }

  /** @param {any} el @returns {ViewHook | null} */
  #make(el) {
    const name = el.getAttribute("data-phx-hook") || el.getAttribute(this.#view.liveSocket.binding("hook"));
    if (!name) return null;
    const definition = BUILT_IN[name] ?? this.#view.liveSocket.hooks[name] ?? runtimeHook(name);
    const complain = (/** @type {string} */ message) => {
      console.error(message, el);
      return null;
    };
    if (!definition) return complain(`unknown hook found for "${name}"`);
    if (!el.id) return complain(`no DOM ID for hook "${name}". Hooks require a unique ID on each element.`);
    try {
      if (typeof definition === "function" && definition.prototype instanceof ViewHook) return new definition(this.#view, el);
      if (typeof definition === "object") return new ViewHook(this.#view, el, definition);
    } catch (e) {
      return complain(`Failed to create hook "${name}": ${e instanceof Error ? e.message : e}`);
    }
    return complain(`Invalid hook definition for "${name}". Expected a class extending ViewHook or an object definition.`);
  }

  /**
   * Tells the hook that its element is about to change; returns it if so.
   * @param {any} from @param {any} to
   */
  beforeUpdate(from, to) {
    const hook = this.get(from);
    if (!hook || from.isEqualNode(to)) return null;
    const ignored = isIgnored(from, this.#view.liveSocket.binding("update"));
    if (ignored && JSON.stringify(from.dataset) === JSON.stringify(to.dataset)) return null;
    hook.beforeUpdate(to);
    return hook;
  }

  /** @param {any} el */
  destroy(el) {
    const hook = this.get(el);
    if (!hook) return;
    this.#hooks.delete(el);
    data.remove(el, "hooked");
    hook.destroyed();
    hook.stopListening();
  }

  destroyAll() {
    for (const el of [...this.#hooks.keys()]) this.destroy(el);
  }

  /** @param {boolean} connected */
  connectionChanged(connected) {
    for (const hook of this.#hooks.values()) hook.connectionChanged(connected);
  }
}

/** A hook defined by a script in the page's HTML. @param {string} name */
function runtimeHook(name) {
  if (!document.querySelector(`script[data-phx-runtime-hook="${CSS.escape(name)}"]`)) return undefined;
  const make = /** @type {any} */ (window)[`phx_hook_${name}`];
  if (typeof make !== "function") return void console.error("a runtime hook must be a function", name);
  const hook = make();
  if (hook && ["object", "function"].includes(typeof hook)) return hook;
  console.error("runtime hook must return an object with hook callbacks or an instance of ViewHook", name);
}

/** Events the server pushed, as window events "phx:NAME". @param {[string, any][]} events */
export function dispatchServerEvents(events) {
  for (const [name, payload] of events) dispatch(window, `phx:${name}`, { detail: payload });
}
