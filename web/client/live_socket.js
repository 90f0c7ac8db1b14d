// The client's front door: finds the live views in the page, joins them on one socket,
// and holds what they share.
import { Bindings } from "./events.js";
import { all, closestViewElement, isSticky, VIEW_SELECTOR } from "./dom.js";
import * as data from "./element_data.js";
import { commandsFor, exec } from "./js_commands.js";
import { Navigation } from "./navigation.js";
import { here, setPrefix, visit } from "./place.js";
import { Socket } from "./socket.js";
import { memoryStorage } from "./storage.js";
import { Transitions } from "./transitions.js";
import { View } from "./view.js";

/** @typedef {import("./types.js").LiveSocketOptions} LiveSocketOptions */

const LATENCY_KEY = "phx:live-socket:latency-sim";
const DEBUG_KEY = "phx:live-socket:debug";

/** @param {any} view @param {string} kind @param {string} message @param {unknown} about */
const logToConsole = ({ id }, kind, message, about) => console.log(`${id} ${kind}: ${message} - `, about);

/** The live views of a page and their connection. */
export class LiveSocket {
  /** @type {Map<string, View>} */
  #roots = new Map();
  #prefix;
  #params;
  #bindings;
  #started = false;
  /** @type {(() => void) | null} */
  #stopClose = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #reloadTimer;
  #jitter;
  #logger;
  /** @type {any} */
  #activeBefore = null;
  /** @type {any} */
  main = null;
  isSilenced = false;
  #unloaded = false;
  transitions = new Transitions();

  /**
   * `new LiveSocket("/live", opts)`, or as the official client wants it,
   * `new LiveSocket("/live", Socket, opts)`; the Socket is then not used.
   * @param {string} url @param {any} [socketOrOpts] @param {LiveSocketOptions} [maybeOpts]
   */
  constructor(url, socketOrOpts, maybeOpts) {
    /** @type {LiveSocketOptions} */
    const opts = maybeOpts ?? (typeof socketOrOpts === "function" ? {} : (socketOrOpts ?? {}));
    this.#prefix = opts.bindingPrefix ?? "phx-";
    const { params } = opts;
    // A plain object is shared with the socket, which so carries the join's parameters
    // in its address too, as the official client has it.
    const shared = typeof params === "object" ? params : {};
    this.#params = typeof params === "function" ? params : () => shared;
    this.socket = new Socket(url, { ...opts, params: this.#params });
    this.hooks = opts.hooks ?? {};
    this.uploaders = opts.uploaders ?? {};
    this.metadata = opts.metadata ?? {};
    this.dom = opts.dom ?? {};
    this.defaults = { debounce: 300, throttle: 300, ...opts.defaults };
    this.loaderTimeout = opts.loaderTimeout ?? 1;
    this.disconnectedTimeout = opts.disconnectedTimeout ?? 500;
    this.blockPhxChangeWhileComposing = opts.blockPhxChangeWhileComposing ?? false;
    this.#jitter = { min: opts.reloadJitterMin ?? 5000, max: opts.reloadJitterMax ?? 10_000, tries: opts.maxReloads ?? 10, failsafe: opts.failsafeJitter ?? 30_000 };
    this.localStorage = opts.localStorage ?? memoryStorage("localStorage");
    this.sessionStorage = opts.sessionStorage ?? memoryStorage("sessionStorage");
    this.isReporting = opts.report ?? document.querySelector('meta[name="lv-report"]')?.getAttribute("content") === "true";
    this.cascadesRemove = opts.cascadePhxRemoveOnNavigation ?? true;
    this.#logger = opts.viewLogger;
    setPrefix(opts.prefix ?? "");
    this.navigation = new Navigation(this);
    this.#bindings = new Bindings(this);
    addEventListener("pagehide", () => (this.#unloaded = true));
    this.socket.on("open", () => this.#unloaded && location.reload());
  }

  version() {
    return "1.2.10";
  }

  getSocket() {
    return this.socket;
  }

  isConnected() {
    return this.socket.isConnected();
  }

  /** Connects and joins every live view in the page, once it is parsed. */
  connect() {
    const isLocal = location.hostname === "localhost" || location.hostname.endsWith(".localhost");
    if (isLocal && !this.isDebugDisabled()) this.enableDebug();
    const start = () => {
      this.navigation.forgetReload();
      const found = this.joinRootViews();
      this.#start(!found && !this.main);
      if (found || this.main) this.socket.connect();
      this.#mountDeadPage();
    };
    if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
    else start();
  }

  /** @param {() => void} [callback] */
  disconnect(callback) {
    clearTimeout(this.#reloadTimer);
    this.#stopClose?.();
    this.#stopClose = null;
    this.socket.disconnect(callback);
  }

  /** Disconnects and stops listening to the page: the page is as if no client were there. */
  stop() {
    this.unload();
    this.#bindings.stop();
    this.navigation.stop();
  }

  /** @param {boolean} dead */
  #start(dead) {
    // A server that closes politely wants the page to be loaded again.
    this.#stopClose ??= this.socket.on("close", (/** @type {CloseEvent} */ e) => {
      if (e.code === 1000 && this.main && !this.main.isDead) this.reloadWithJitter(this.main);
    });
    if (this.#started) return;
    this.#started = true;
    addEventListener("pageshow", (e) => {
      if (!e.persisted) return;
      this.socket.disconnect();
      this.pageLoading({ to: here().href, kind: "redirect" });
      location.reload();
    }, true);
    if (!dead) this.navigation.start();
    this.#bindings.start({ dead });
  }

  // Views ------------------------------------------------------------------------------

  /** @returns {boolean} whether the page has live views */
  joinRootViews() {
    const elements = all(document, `${VIEW_SELECTOR}:not([data-phx-parent-id])`);
    for (const el of elements) {
      if (this.#roots.has(el.id)) continue;
      const view = this.newRootView(el);
      if (!isSticky(el)) view.href = this.navigation.href;
      view.join();
      if (el.hasAttribute("data-phx-main")) this.main = view;
    }
    return elements.length > 0;
  }

  /** @param {any} el @param {string | null} [flash] @param {string | null} [referer] */
  newRootView(el, flash = null, referer = null) {
    const view = new View(el, this, null, { flash, referer });
    this.#roots.set(view.id, view);
    return view;
  }

  /** Hooks and JS commands work outside live views too. */
  #mountDeadPage() {
    const { body } = document;
    if (body.matches(VIEW_SELECTOR) || document.documentElement.matches(VIEW_SELECTOR) || data.get(body, "view")) return;
    const view = new View(body, this, null, { dead: true });
    view.href = this.navigation.href;
    this.main ??= view;
    requestAnimationFrame(() => {
      view.mountAll();
      this.navigation.restoreScroll(history.state?.scroll);
    });
  }

  /** The view an element belongs to: the element's own, else the main view. @param {any} el @returns {any} */
  owner(el) {
    const viewEl = closestViewElement(el);
    if (viewEl) return data.get(viewEl, "view");
    return el.isConnected ? this.main : null;
  }

  /** @param {Element} el */
  destroyViewByElement(el) {
    const root = this.#roots.get(el.getAttribute("data-phx-root-id") ?? "");
    if (!root) return;
    if (root.id === el.id) this.#roots.delete(root.id);
    root.find(el.id)?.destroy();
  }

  /** The page is about to be left. */
  unload() {
    if (this.#unloaded) return;
    if (this.main && this.isConnected()) this.log(this.main, "socket", () => ["disconnect for page nav"]);
    this.#unloaded = true;
    for (const view of this.#roots.values()) view.destroy();
    this.#roots.clear();
    this.main = null;
    this.disconnect();
  }

  isUnloaded() {
    return this.#unloaded;
  }

  // What views share ------------------------------------------------------------------------

  /** @param {string} name @returns {string} the attribute of a binding */
  binding = (name) => this.#prefix + name;

  getBindingPrefix() {
    return this.#prefix;
  }

  /** @param {Element} el @returns {Record<string, any>} */
  params(el) {
    return this.#params(el);
  }

  /** Runs when no blocking transition is under way. @param {() => void} callback */
  requestDOMUpdate(callback) {
    this.transitions.after(callback);
  }

  /** @param {any} el @param {string} js encoded commands @param {string | null} [kind] */
  execJS(el, js, kind = null) {
    const view = this.owner(el);
    if (view) exec(new CustomEvent("phx:exec", { detail: { sourceElement: el } }), kind, js, view, el);
  }

  js() {
    return commandsFor(this, "js");
  }

  /**
   * Runs phx-remove on elements that are going; meanwhile they hear nothing.
   * @param {any[]} elements @param {any} view @param {() => void} [callback]
   */
  runRemovals(elements, view, callback) {
    const remove = this.binding("remove");
    const silence = (/** @type {Event} */ e) => {
      e.preventDefault();
      e.stopImmediatePropagation();
    };
    for (const el of elements) {
      for (const name of this.#bindings.names) el.addEventListener(name, silence, true);
      exec(new CustomEvent("phx:exec", { detail: { sourceElement: el } }), "remove", el.getAttribute(remove), view, el);
    }
    this.requestDOMUpdate(() => {
      for (const el of elements) for (const name of this.#bindings.names) el.removeEventListener(name, silence, true);
      callback?.();
    });
  }

  /** Announces that a page is loading; returns how to announce the end. @param {any} info */
  pageLoading(info) {
    dispatchEvent(new CustomEvent("phx:page-loading-start", { detail: info }));
    return () => void dispatchEvent(new CustomEvent("phx:page-loading-stop", { detail: info }));
  }

  /** Runs without reacting to the events it causes. @param {() => void} callback */
  silently(callback) {
    this.isSilenced = true;
    callback();
    this.isSilenced = false;
  }

  blurActiveElement() {
    this.#activeBefore = document.activeElement;
    if (this.#activeBefore !== document.body) this.#activeBefore?.blur?.();
  }

  restoreActiveElement() {
    if (this.#activeBefore && this.#activeBefore !== document.body) this.#activeBefore.focus?.();
  }

  /** @param {View} view */
  dropActiveElement(view) {
    if (this.#activeBefore && view.owns(this.#activeBefore)) this.#activeBefore = null;
  }

  // Reloading and debugging --------------------------------------------------------------

  #reloadsKey() {
    return `${location.pathname}-consecutive-reloads`;
  }

  forgetReloads() {
    this.localStorage.removeItem(this.#reloadsKey());
  }

  /** Loads the page again after a while, not all readers at once. @param {any} view */
  reloadWithJitter(view) {
    clearTimeout(this.#reloadTimer);
    this.disconnect();
    const { min, max, tries, failsafe } = this.#jitter;
    const known = this.localStorage.getItem(this.#reloadsKey());
    const count = known === null ? 0 : Number(known) + 1;
    this.localStorage.setItem(this.#reloadsKey(), String(count));
    const wait = count >= tries ? failsafe : Math.floor(Math.random() * (max - min + 1)) + min;
    this.#reloadTimer = setTimeout(() => {
      if (view.isDestroyed || view.isConnected()) return;
      view.destroy();
      this.log(view, "join", () => [`encountered ${count} consecutive reloads`]);
      if (count >= tries) this.log(view, "join", () => [`exceeded ${tries} consecutive reloads. Entering failsafe mode`]);
      if (this.navigation.pending) visit(this.navigation.pending);
      else location.reload();
    }, wait);
  }

  /**
   * Tells the page's logger, or with debugging on the console, what goes on.
   * @param {any} view @param {string} kind @param {() => [string, unknown?]} message
   */
  log(view, kind, message) {
    const logger = this.#logger ?? (this.isDebugEnabled() ? logToConsole : null);
    if (!logger) return;
    const [text, about] = message();
    logger(view, kind, text, about);
  }

  isDebugDisabled() {
    return this.sessionStorage.getItem(DEBUG_KEY) === "false";
  }

  isDebugEnabled() {
    return this.sessionStorage.getItem(DEBUG_KEY) === "true";
  }

  enableDebug() {
    this.sessionStorage.setItem(DEBUG_KEY, "true");
  }

  disableDebug() {
    this.sessionStorage.setItem(DEBUG_KEY, "false");
  }

  /** @param {number} ms how long every message takes, in each direction */
  enableLatencySim(ms) {
    this.sessionStorage.setItem(LATENCY_KEY, String(ms));
  }

  disableLatencySim() {
    this.sessionStorage.removeItem(LATENCY_KEY);
  }

  /** @param {() => void} callback */
  withLatency(callback) {
    const latency = Number(this.sessionStorage.getItem(LATENCY_KEY) ?? 0);
    if (latency > 0) setTimeout(callback, latency);
    else callback();
  }
}
