// Addresses: patch and navigate links, the history, back and forward, full page loads.
//
// A patch keeps the view and tells it the new address. A navigation replaces the main
// view by another, on the same socket. Anything else is a page load.
import { all, closestBinding, dispatch, elementOf, wantsNewTab } from "./dom.js";
import { here, outward, visit } from "./place.js";
import { setCookie, writeHistory } from "./storage.js";

const POSITION_KEY = "phx:nav-history-position";
const FLASH_COOKIE = "__phoenix_flash__";
const RELOAD_COOKIE = "__phoenix_reload_status__";
const COOKIE_SECONDS = 60;

/** The navigation of one LiveSocket. */
export class Navigation {
  #socket;
  #stop = new AbortController();
  #linkRef = 1;
  /** @type {{pathname: string, search: string, href: string}} */
  #current = pick(here());
  #position = 0;
  /** The main element on its way out. @type {HTMLElement | null} */
  #outgoing = null;
  /** Where a link is leading, until it gets there. @type {string | null} */
  pending = null;

  /** @param {any} liveSocket */
  constructor(liveSocket) {
    this.#socket = liveSocket;
    this.href = here().href;
    this.#position = parseInt(liveSocket.sessionStorage?.getItem(POSITION_KEY) ?? "0", 10) || 0;
  }

  get position() {
    return this.#position;
  }

  start() {
    const { signal } = this.#stop;
    if (history.scrollRestoration) history.scrollRestoration = "manual";
    /** @type {ReturnType<typeof setTimeout>} */
    let timer;
    addEventListener("scroll", () => {
      clearTimeout(timer);
      timer = setTimeout(() => updateState({ scroll: scrollY }), 100);
    }, { signal });
    addEventListener("popstate", (e) => this.#popped(e), { signal });
    addEventListener("click", (e) => this.#clicked(e), { signal });
  }

  stop() {
    this.#stop.abort();
  }

  /** Announces that a link leads to `href`; a later link supersedes it. @param {string} href */
  begin(href) {
    this.pending = href;
    this.forgetReload();
    return ++this.#linkRef;
  }

  /** @param {number} linkRef @returns {boolean} whether the link is still the latest */
  commit(linkRef) {
    if (linkRef !== this.#linkRef) return false;
    if (this.pending !== null) this.href = this.pending;
    this.pending = null;
    return true;
  }

  /** Loads a page. A flash travels in a cookie. @param {string} to @param {string | null} [flash] @param {string | null} [reloadToken] */
  load(to, flash, reloadToken) {
    if (reloadToken) setCookie(RELOAD_COOKIE, reloadToken, COOKIE_SECONDS);
    this.#socket.unload();
    if (flash) setCookie(FLASH_COOKIE, flash, COOKIE_SECONDS);
    visit(to);
  }

  forgetReload() {
    setCookie(RELOAD_COOKIE, "", -1);
  }

  #canNavigate() {
    return this.#socket.isConnected() && this.#socket.main?.isMain();
  }

  /** A patch asked for on the client. @param {Event} e @param {string} href @param {"push" | "replace"} kind @param {any} el */
  patch(e, href, kind, el) {
    if (!this.#canNavigate()) return void visit(href);
    const done = this.#socket.pageLoading({ to: href, kind: "patch" });
    this.#socket.main.pushes.link(e, href, el, (/** @type {number} */ linkRef) => {
      this.patched(href, kind, linkRef);
      done();
    });
  }

  /** A patch that has happened: only the history is left to change. @param {string} href @param {"push" | "replace"} kind @param {number} [linkRef] */
  patched(href, kind, linkRef = this.begin(href)) {
    if (!this.commit(linkRef)) return;
    this.#advance();
    updateState({ backType: "patch" });
    this.#write(kind, { type: "patch", id: this.#socket.main.id, position: this.#position }, href);
    dispatch(window, "phx:navigate", { detail: { patch: true, href, pop: false, direction: "forward" } });
    this.#register(href);
  }

  /**
   * Replaces the main view by that of `href`.
   * @param {Event} e @param {string} href @param {"push" | "replace"} kind @param {string | null} flash @param {any} [el]
   */
  redirect(e, href, kind, flash, el) {
    const showsLoading = el && e.isTrusted && e.type !== "popstate";
    if (showsLoading) el.classList.add("phx-click-loading");
    if (!this.#canNavigate()) {
      if (flash) setCookie(FLASH_COOKIE, flash, COOKIE_SECONDS);
      visit(href);
      return;
    }
    if (/^\/($|[^/])/.test(href)) href = `${location.protocol}//${location.host}${href}`;
    const scroll = scrollY;
    const done = this.#socket.pageLoading({ to: href, kind: "redirect" });
    this.replaceMain(href, flash, (linkRef) => {
      if (linkRef === this.#linkRef) {
        this.#advance();
        updateState({ backType: "redirect" });
        this.#write(kind, { type: "redirect", id: this.#socket.main.id, scroll, position: this.#position }, href);
        dispatch(window, "phx:navigate", { detail: { href, patch: false, pop: false, direction: "forward" } });
        this.#register(href);
      }
      if (showsLoading) el.classList.remove("phx-click-loading");
      done();
    });
  }

  /**
   * @param {string} href @param {string | null} flash @param {((linkRef: number) => void) | null} callback
   * @param {number} [linkRef]
   */
  replaceMain(href, flash, callback, linkRef = this.begin(href)) {
    const socket = this.#socket;
    const old = socket.main;
    if (!old) return;
    const outgoing = (this.#outgoing ??= old.el);
    const sticky = all(document, "[data-phx-sticky]");
    const remove = socket.binding("remove");
    const leaving = [outgoing, ...(socket.cascadesRemove ? all(outgoing, `[${remove}]`) : [])]
      .filter((el) => el.matches(`[${remove}]`) && !sticky.some((view) => view.contains(el)));
    const fresh = /** @type {HTMLElement} */ (outgoing.cloneNode(false));
    old.status.loading(socket.loaderTimeout);
    old.destroy();

    socket.main = socket.newRootView(fresh, flash, this.#current.href);
    socket.main.setRedirect(href);
    socket.runRemovals(leaving, old);
    socket.main.join((/** @type {number} */ joins, /** @type {() => void} */ applied) => {
      if (joins !== 1 || !this.commit(linkRef)) return;
      socket.requestDOMUpdate(() => {
        for (const el of leaving) if (el !== outgoing) el.remove();
        for (const el of sticky) fresh.append(el);
        outgoing.replaceWith(fresh);
        this.#outgoing = null;
        callback?.(linkRef);
        applied();
      });
    });
  }

  #advance() {
    this.#setPosition(this.#position + 1);
  }

  /** @param {number} position */
  #setPosition(position) {
    this.#position = position;
    this.#socket.sessionStorage?.setItem(POSITION_KEY, String(position));
  }

  /** @param {"push" | "replace"} kind @param {any} state @param {string} to */
  #write(kind, { scroll, ...state }, to) {
    if (outward(to) === location.href) return;
    if (state.type === "redirect" && scroll) updateState({ scroll });
    writeHistory(kind, state, outward(to));
    // The new content is there one frame later.
    requestAnimationFrame(() => {
      const hash = location.hash.slice(1);
      const target = hash && (document.getElementById(hash) ?? document.querySelector(`a[name="${CSS.escape(hash)}"]`));
      if (target) target.scrollIntoView();
      else if (state.type === "redirect") scrollTo(0, 0);
    });
  }

  #isNew() {
    const { pathname, search } = here();
    return this.#current.pathname + this.#current.search !== pathname + search;
  }

  /** Not read from the location, which stays behind where the history may not be written. @param {string} href */
  #register(href) {
    this.#current = pick(new URL(href, here()));
  }

  /** The first page of a session gets a state, so that going back to it is a patch. @param {string} id */
  writeFirst(id) {
    writeHistory("replace", { type: "patch", id, position: this.#position });
  }

  /** @param {number | undefined} scroll */
  restoreScroll(scroll) {
    if (typeof scroll === "number") requestAnimationFrame(() => scrollTo(0, scroll));
  }

  /** @param {PopStateEvent} e */
  #popped(e) {
    if (!this.#isNew()) return;
    const { type, backType, id, scroll, position } = e.state ?? {};
    const isForward = position > this.#position;
    const kind = isForward ? type : backType || type;
    const { href } = here();
    const detail = { href, patch: kind === "patch", pop: true, direction: isForward ? "forward" : "backward" };
    if (!dispatch(window, "phx:before-navigate", { detail })) return isForward ? history.back() : history.forward();
    this.#register(href);
    this.#setPosition(position || 0);
    dispatch(window, "phx:navigate", { detail });
    this.#socket.requestDOMUpdate(() => {
      const { main } = this.#socket;
      const done = () => this.restoreScroll(scroll);
      if (main?.isConnected() && kind === "patch" && id === main.id) main.pushes.link(e, href, null, done);
      else this.replaceMain(href, null, done);
    });
  }

  /** @param {MouseEvent} e */
  #clicked(e) {
    const start = elementOf(e.target);
    const el = /** @type {any} */ (start && closestBinding(start, "data-phx-link"));
    const type = el?.getAttribute("data-phx-link");
    if (!type || !this.#socket.isConnected() || !this.#socket.main || wantsNewTab(e)) return;
    const href = typeof el.href === "string" ? el.href : el.href.baseVal;
    const kind = el.getAttribute("data-phx-link-state");
    if (!["push", "replace"].includes(kind)) throw new Error(`expected data-phx-link-state to be "replace" or "push", got: ${kind}`);
    if (!["patch", "redirect"].includes(type)) throw new Error(`expected data-phx-link to be "patch" or "redirect", got: ${type}`);
    e.preventDefault();
    // The bindings must not see this click too.
    e.stopImmediatePropagation();
    if (this.pending === href) return;
    const click = el.getAttribute(this.#socket.binding("click"));
    const runClick = () => click && this.#socket.requestDOMUpdate(() => this.#socket.execJS(el, click, "click"));
    const detail = { href, patch: type === "patch", pop: false, direction: "forward" };
    if (!dispatch(window, "phx:before-navigate", { detail })) return void runClick();
    this.#socket.requestDOMUpdate(() => {
      if (type === "patch") this.patch(e, href, kind, el);
      else this.redirect(e, href, kind, null, el);
      runClick();
    });
  }
}

/** @param {URL} place */
const pick = ({ pathname, search, href }) => ({ pathname, search, href });

/** @param {object} changes */
function updateState(changes) {
  writeHistory("replace", { ...history.state, ...changes });
}
