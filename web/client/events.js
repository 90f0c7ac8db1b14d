// Bindings: phx-click, phx-change and the like. One listener per kind of event on the
// window; the element concerned is found when the event comes, so patches may add and
// remove bindings freely.
import * as data from "./element_data.js";
import { all, closestBinding, elementOf, isFormControl, isInViewport, isVisible, wantsNewTab } from "./dom.js";
import { listenForDrops } from "./drops.js";
import { forgetUse } from "./forms.js";
import { mark } from "./acks.js";
import { disableForm } from "./forms.js";
import { exec } from "./js_commands.js";
import { rateLimit } from "./rate.js";

/** Listens to the page on behalf of a LiveSocket. */
export class Bindings {
  #socket;
  #stop = new AbortController();
  /** Where the mouse went down: a drag out of a dialog is no click away from it. @type {any} */
  #clickStart = null;
  #changes = 0;
  #submittedNatively = false;
  /** Kinds of events listened to, so that they can be silenced. @type {Set<string>} */
  names = new Set();

  /** @param {any} liveSocket */
  constructor(liveSocket) {
    this.#socket = liveSocket;
  }

  /** @param {{dead: boolean}} opts `dead`: the page has no live view, only JS commands */
  start({ dead }) {
    // Some mobile browsers send clicks only to elements that listen.
    document.body.addEventListener("click", () => {}, { signal: this.#stop.signal });
    this.#clicks();
    if (!dead) this.#forms();
    this.#keys();
    this.#focus();
    listenForDrops(this.#socket, (name, listener) => this.#on(name, listener));
  }

  stop() {
    this.#stop.abort();
  }

  /** @param {string} name @param {(e: any) => void} listener */
  #on(name, listener) {
    this.names.add(name);
    addEventListener(name, (e) => !this.#socket.isSilenced && listener(e), { signal: this.#stop.signal });
  }

  /** @param {string} name @param {Event} e @param {any} el */
  #meta(name, e, el) {
    return this.#socket.metadata[name]?.(e, el) ?? {};
  }

  /** @param {any} el @param {Event} e @param {string} type @param {(view: any) => void} fire */
  #limited(el, e, type, fire) {
    const view = this.#socket.owner(el);
    if (!view) return;
    if (["blur", "focusout"].includes(type)) return fire(view);
    const isStillThere = () => !view.isDestroyed && document.body.contains(el);
    rateLimit(el, e, this.#socket, isStillThere, () => {
      const owner = this.#socket.owner(el);
      if (owner) fire(owner);
    });
  }

  // Clicks ---------------------------------------------------------------------

  #clicks() {
    const click = this.#socket.binding("click");
    this.#on("mousedown", (e) => (this.#clickStart = e.target));
    addEventListener("click", (e) => {
      const start = elementOf(e.target);
      if (!start) return;
      // A click by script or keyboard has no mousedown.
      if (e.detail === 0) this.#clickStart = start;
      const el = closestBinding(start, click);
      this.#clickAway(e, elementOf(this.#clickStart) ?? start);
      this.#clickStart = null;
      if (!el) return;
      const event = el.getAttribute(click);
      if (!event) {
        if (leavesPage(e)) this.#socket.unload();
        return;
      }
      if (el.getAttribute("href") === "#") e.preventDefault();
      // Still waiting for the reply to the click before.
      if (el.hasAttribute("data-phx-ref-src")) return;
      this.#limited(el, e, "click", (view) => exec(e, "click", event, view, el, ["push", { data: this.#meta("click", e, el) }]));
    }, { signal: this.#stop.signal });
  }

  /** @param {MouseEvent} e @param {any} start */
  #clickAway(e, start) {
    const binding = this.#socket.binding("click-away");
    const portal = start.closest("[data-phx-teleported-src]");
    for (const el of all(document, `[${binding}]`)) {
      // What is inside a portal counts as inside the place the portal was written.
      const from = portal && !portal.contains(el) ? document.getElementById(portal.getAttribute("data-phx-teleported-src")) : start;
      if (el.contains(from) || !isVisible(start) || !isVisible(el) || !isInViewport(el)) continue;
      const view = this.#socket.owner(el);
      if (view) exec(e, "click", el.getAttribute(binding), view, el, ["push", { data: this.#meta("click", e, e.target) }]);
    }
  }

  // Keys and focus ----------------------------------------------------------------

  /**
   * The element's own binding, or else every window binding in the page.
   * @param {any} e @param {string} kind @param {(el: any, event: string, view: any, onWindow: boolean) => void} fire
   */
  #each(e, kind, fire) {
    if (!(e.target instanceof Element)) return;
    const own = e.target.getAttribute(this.#socket.binding(kind));
    if (own) return this.#limited(e.target, e, e.type, (view) => fire(e.target, own, view, false));
    const windowBinding = this.#socket.binding(`window-${kind}`);
    for (const el of all(document, `[${windowBinding}]`)) {
      this.#limited(el, e, e.type, (view) => fire(el, el.getAttribute(windowBinding), view, true));
    }
  }

  #keys() {
    for (const kind of ["keyup", "keydown"]) {
      this.#on(kind, (e) =>
        this.#each(e, kind, (el, event, view) => {
          const wanted = el.getAttribute(this.#socket.binding("key"));
          if (wanted && wanted.toLowerCase() !== e.key?.toLowerCase()) return;
          exec(e, kind, event, view, el, ["push", { data: { key: e.key, ...this.#meta(kind, e, el) } }]);
        }),
      );
    }
  }

  #focus() {
    // Elements are told by focusin/focusout, which bubble; the window by focus/blur.
    for (const [kind, native, wantsWindow] of /** @type {[string, string, boolean][]} */ ([
      ["blur", "focusout", false], ["focus", "focusin", false], ["blur", "blur", true], ["focus", "focus", true],
    ])) {
      this.#on(native, (e) =>
        this.#each(e, kind, (el, event, view, onWindow) => {
          if (onWindow === wantsWindow) exec(e, kind, event, view, el, ["push", { data: { ...this.#meta(kind, e, el) } }]);
        }),
      );
    }
  }

  // Forms -----------------------------------------------------------------------

  #forms() {
    this.#on("submit", (e) => this.#submit(e));
    for (const type of ["change", "input"]) this.#on(type, (e) => this.#change(e, type));
    this.#on("reset", (e) => {
      forgetUse(e.target);
      const button = [...e.target.elements].find((el) => el.type === "reset");
      // The values are reset only after the event.
      if (button) requestAnimationFrame(() => button.dispatchEvent(new Event("input", { bubbles: true, cancelable: false })));
    });
  }

  /** @param {SubmitEvent} e */
  #submit(e) {
    const form = /** @type {any} */ (e.target);
    if (!(form instanceof HTMLFormElement)) return;
    const { binding } = this.#socket;
    const event = form.getAttribute(binding("submit"));
    const change = form.getAttribute(binding("change"));
    if (event) {
      e.preventDefault();
      const view = this.#socket.owner(form);
      if (view) exec(e, "submit", event, view, form, ["push", { submitter: e.submitter }]);
    } else if (change && !this.#submittedNatively) {
      this.#submittedNatively = true;
      const leaves = leavesByForm(e);
      e.preventDefault();
      const view = this.#socket.owner(form);
      if (!view) return;
      mark(view, disableForm(form, binding), change, "submit");
      requestAnimationFrame(() => {
        if (leaves) this.#socket.unload();
        HTMLFormElement.prototype.submit.call(form);
      });
    } else if (leavesByForm(e)) this.#socket.unload();
  }

  /** @param {any} e @param {string} type */
  #change(e, type) {
    const input = e.target;
    if (!isFormControl(input)) return;
    if (e instanceof CustomEvent && input.form === undefined) {
      if (e.detail?.dispatcher) throw new Error(`dispatching a custom ${type} event is only supported on input elements inside a form`);
      return;
    }
    if (this.#socket.blockPhxChangeWhileComposing && e.isComposing) return repeatAfterComposition(input, type);
    const change = this.#socket.binding("change");
    const own = input.getAttribute(change);
    const event = own || input.form?.getAttribute(change);
    if (!event || (input.type === "number" && input.validity?.badInput)) return;

    // A change right after an input event of the same field says nothing new.
    const now = this.#changes++;
    const last = data.get(input, "lastChange");
    if (type === "change" && last?.type === "input" && last.at === now - 1) return;
    data.set(input, "lastChange", { at: now, type });
    const dispatcher = own ? input : input.form;
    this.#limited(input, e, type, () => {
      const view = this.#socket.owner(dispatcher);
      if (!view) return;
      data.set(input, "used", true);
      exec(e, "change", event, view, input, ["push", { _target: input.name, dispatcher }]);
    });
  }
}

/** @param {any} input @param {string} type */
function repeatAfterComposition(input, type) {
  const key = `composing-${type}`;
  if (data.get(input, key)) return;
  data.set(input, key, true);
  input.addEventListener("compositionend", () => {
    data.remove(input, key);
    input.dispatchEvent(new Event(type, { bubbles: true }));
  }, { once: true });
}

/** @param {any} e a submit event */
function leavesByForm(e) {
  const isDialog = e.target?.getAttribute("method") === "dialog" || e.submitter?.getAttribute("formmethod") === "dialog";
  return !isDialog && !e.defaultPrevented && !wantsNewTab(e);
}

/** Whether a click on a plain link leads to another page. @param {any} e */
function leavesPage(e) {
  const href = e.target instanceof HTMLAnchorElement ? e.target.getAttribute("href") : null;
  if (href === null || e.defaultPrevented || wantsNewTab(e) || /^(mailto|tel):/.test(href) || e.target.isContentEditable) return false;
  const url = URL.canParse(href, location.href) ? new URL(href, location.href) : null;
  if (!url) return true;
  const isSamePage = url.origin === location.origin && url.pathname === location.pathname && url.search === location.search;
  return isSamePage ? url.hash === "" && !url.href.endsWith("#") : url.protocol.startsWith("http");
}
