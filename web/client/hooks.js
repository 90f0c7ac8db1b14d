// Hooks: the page's own JavaScript at points in an element's life. The only module that
// runs code of the user's.
import * as data from "./element_data.js";
import { dispatch, isIgnored } from "./dom.js";
import { attemptFocus, focusFirst, focusLast } from "./focus.js";
import { commandsFor } from "./js_commands.js";
import { InfiniteScroll } from "./viewport.js";

/** The base of hooks: subclass it, or give LiveSocket an object with the callbacks. */
export class ViewHook {
  #view;
  #disconnected = false;
  /** @type {Set<{event: string, callback: (e: any) => void}>} */
  #listeners = new Set();

  /** @param {any} view @param {HTMLElement} el @param {Record<string, any>} [callbacks] */
  constructor(view, el, callbacks = {}) {
    this.#view = view;
    this.el = el;
    Object.assign(this, callbacks);
  }

  get liveSocket() {
    return this.#view.liveSocket;
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
    const sent = this.#view.pushes.hook(this.el, null, event, payload || {});
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
    this.#view.withinTargets(target, (/** @type {any} */ view, /** @type {any} */ context) => {
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

  upload() {
    console.error("uploads are not part of this client");
  }

  uploadTo() {
    this.upload();
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

const noUploads = {
  mounted() {
    console.error("uploads are not part of this client: the file input stays without function");
  },
};

/** @type {Record<string, any>} */
const BUILT_IN = {
  "Phoenix.FocusWrap": FocusWrap,
  "Phoenix.InfiniteScroll": InfiniteScroll,
  "Phoenix.LiveFileUpload": noUploads,
  "Phoenix.LiveImgPreview": noUploads,
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
    const name = el.getAttribute("data-phx-hook") || el.getAttribute(this.#view.liveSocket.binding("hook"));
    if (!name) return;
    const definition = BUILT_IN[name] ?? this.#view.liveSocket.hooks[name] ?? runtimeHook(name);
    if (!definition) return console.error(`unknown hook found for "${name}"`, el);
    if (!el.id) return console.error(`no DOM ID for hook "${name}". Hooks require a unique ID on each element.`, el);
    const isClass = typeof definition === "function" && definition.prototype instanceof ViewHook;
    const hook = isClass ? new definition(this.#view, el) : new ViewHook(this.#view, /** @type {any} */ (el), definition);
    this.#hooks.set(el, hook);
    data.set(el, "hooked", true);
    hook.mounted();
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
  return typeof make === "function" ? make() : undefined;
}

/** Events the server pushed, as window events "phx:NAME". @param {[string, any][]} events */
export function dispatchServerEvents(events) {
  for (const [name, payload] of events) dispatch(window, `phx:${name}`, { detail: payload });
}
