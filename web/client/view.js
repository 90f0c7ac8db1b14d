// One live view in the page: its channel, its tree, its patches, its children.
//
// Life: made for an element with data-phx-session → join → the reply holds the whole
// page as a tree → diffs. If the channel fails it joins again, and the server mounts
// afresh: nothing of before is known to it.
import { dropAll, undo } from "./acks.js";
import * as data from "./element_data.js";
import { all, closestViewElement, elementOf, findComponent, isCid, isNestedView, isSticky, nestedViews, outermostComponents, putTitle, replaceContainer } from "./dom.js";
import { formsToRecover } from "./forms.js";
import { dispatchServerEvents, Hooks } from "./hooks.js";
import { joinFailed, JoinRequest } from "./join.js";
import { dropFocus } from "./js_commands.js";
import { Pushes } from "./pushes.js";
import { recoverForms } from "./recovery.js";
import { componentCids, extract, isComponentOnly, Rendered } from "./rendered.js";
import { Status } from "./status.js";
import { Uploads } from "./uploads.js";
import { applyPatch } from "./view_patch.js";

/** @typedef {import("./types.js").Diff} Diff */
/** @typedef {import("./types.js").StreamOps} StreamOps */

const noop = () => {};

/** A live view, or with `dead` the page around the live views, for hooks and JS commands there. */
export class View {
  /** @type {Rendered} */
  rendered = /** @type {any} */ (null);
  /** How many reports it has sent. */
  reports = 0;
  #ref = 0;
  /** @type {number | null} */
  #lastAck = null;
  #childJoins = 0;
  /** What came in while the join was not complete. @type {{diff: Diff, events: any[], joinRef: string | null}[]} */
  #pendingDiffs = [];
  /** On the root: what is held back until all its views have joined for the first time. @type {[View, () => void][]} */
  #joinOps = [];
  /** What came in while this view joined again. @type {(() => void)[]} */
  #rejoinOps = [];
  #whenJoined = (/** @type {() => void} */ apply) => apply();
  #stopLoading = noop;
  /** The topmost view this one is in. @type {View} */
  root;
  joinCount = 0;
  isDestroyed = false;
  joinPending = true;
  /** @type {string | null} */
  href = null;
  /** @type {Map<string, View>} */
  children = new Map();
  /** @type {Set<string>} */
  portalIds = new Set();
  /** Copies of the forms as they were before a rejoin. @type {Record<string, HTMLFormElement>} */
  oldForms = {};
  /** @type {Set<string>} */
  recovering = new Set();

  /**
   * @param {any} el @param {any} liveSocket @param {View | null} parent
   * @param {{flash?: string | null, referer?: string | null, dead?: boolean}} [opts]
   */
  constructor(el, liveSocket, parent, { flash = null, referer = null, dead = false } = {}) {
    this.el = el;
    this.id = el.id;
    this.liveSocket = liveSocket;
    this.parent = parent;
    this.isDead = dead;
    this.root = parent ? parent.root : this;
    if (parent) this.joinCount = parent.joinCount - 1;
    const bound = data.get(el, "view");
    if (bound && !bound.isDead) throw new Error("Cannot bind multiple views to the same DOM element.");
    data.set(el, "view", this);
    el.setAttribute("data-phx-root-id", this.root.id);
    this.hooks = new Hooks(this);
    this.pushes = new Pushes(this);
    this.uploads = new Uploads(this);
    this.status = new Status(this);
    this.request = new JoinRequest(this, flash, referer);
    this.channel = liveSocket.socket.channel(`lv:${this.id}`, () => this.request.payload());
  }

  isMain() {
    return this.el.hasAttribute("data-phx-main");
  }

  isConnected() {
    return this.channel.canPush();
  }

  /** @param {string} kind @param {() => [string, unknown?]} message */
  log(kind, message) {
    this.liveSocket.log(this, kind, message);
  }

  nextRef() {
    return this.#ref++;
  }

  /** @param {number} ref */
  isAcked(ref) {
    return this.#lastAck !== null && this.#lastAck >= ref;
  }

  /** @param {string} href */
  setRedirect(href) {
    this.request.isRedirect = true;
    this.href = href;
  }

  /** Whether the element is this view's, not that of a view inside or around it. @param {any} el */
  owns(el) {
    const viewEl = closestViewElement(el);
    if (el.getAttribute("data-phx-parent-id") === this.id) return true;
    return viewEl ? viewEl.id === this.id : this.isDead;
  }

  // Joining --------------------------------------------------------------------------

  /** @param {(joinCount: number, apply: () => void) => void} [callback] decides when the first patch is applied */
  join(callback) {
    this.status.loading(this.liveSocket.loaderTimeout);
    this.#bind();
    if (this.isMain()) this.#stopLoading = this.liveSocket.pageLoading({ to: this.href, kind: "initial" });
    if (callback) this.#whenJoined = (apply) => callback(this.joinCount, apply);
    const later = (/** @type {() => void} */ then) => this.liveSocket.withLatency(() => !this.isDestroyed && then());
    later(() =>
      this.channel
        .join()
        .receive("ok", (/** @type {any} */ reply) => later(() => this.liveSocket.requestDOMUpdate(() => this.#joined(reply))))
        .receive("error", (/** @type {any} */ reply) => later(() => joinFailed(this, reply)))
        .receive("timeout", () => later(() => joinFailed(this, { reason: "timeout" }))),
    );
  }

  #bind() {
    const { channel, liveSocket } = this;
    const on = (/** @type {string} */ event, /** @type {(payload: any) => void} */ then) =>
      channel.on(event, (/** @type {any} */ payload) => liveSocket.withLatency(() => then(payload)));
    on("diff", (raw) => {
      const { joinRef } = channel;
      liveSocket.requestDOMUpdate(() => this.#applyDiff("update", raw, (diff, _reply, events) => this.update(diff, events, { joinRef })));
    });
    on("live_patch", (to) => this.#afterJoin(() => this.#livePatch(to)));
    on("redirect", ({ to, flash }) => liveSocket.requestDOMUpdate(() => liveSocket.navigation.load(to, flash)));
    on("live_redirect", (to) => liveSocket.requestDOMUpdate(() => this.liveRedirect(to)));
    channel.on("phx_error", (/** @type {any} */ reason) => this.#failed(reason));
    channel.on("phx_close", (/** @type {any} */ reason) => this.#closed(reason));
  }

  /** @param {() => void} then */
  #afterJoin(then) {
    if (!this.joinPending) this.liveSocket.requestDOMUpdate(then);
    else if (this.joinCount > 1) this.#rejoinOps.push(then);
    else this.root.#joinOps.push([this, then]);
  }

  /** @param {any} reply */
  #joined({ rendered, container, live_patch: livePatch, pid }) {
    if (container) {
      this.el = replaceContainer(this.el, container[0], container[1]);
      data.set(this.el, "view", this);
    }
    this.#childJoins = 0;
    this.joinPending = true;
    this.request.flash = null;
    if (this.root === this && this.joinCount > 0) this.oldForms = formsToRecover(this);
    if (this.isMain() && history.state === null) this.liveSocket.navigation.writeFirst(this.id);
    if (pid) this.el.setAttribute("data-phx-pid", pid);
    this.liveSocket.forgetReloads();
    this.#applyDiff("mount", rendered, (diff, _reply, events) => {
      this.rendered = new Rendered(this.id, diff);
      const { html, streams } = this.#toHTML(null);
      dropAll(this.el.id);
      this.joinCount++;
      this.request.attempts = 0;
      recoverForms(this, html, () => this.#joinComplete(livePatch, html, streams, events));
    });
  }

  /**
   * On a first load nothing is shown before all views in the page have joined, so that
   * it does not appear piece by piece.
   * @param {any} livePatch @param {string} html @param {StreamOps[]} streams @param {any[]} events
   */
  #joinComplete(livePatch, html, streams, events) {
    const apply = () => this.#applyJoin(livePatch, html, streams, events);
    if (this.joinCount > 1 || (this.parent && !this.parent.joinPending)) return apply();
    const template = document.createElement("template");
    template.innerHTML = html;
    const joining = nestedViews(template.content, this.id).filter((child) => {
      const shown = this.el.querySelector(`[id="${CSS.escape(child.id)}"]`);
      const value = shown?.getAttribute("data-phx-static");
      if (value) child.setAttribute("data-phx-static", value);
      shown?.setAttribute("data-phx-root-id", this.root.id);
      return this.#joinChild(child);
    });
    if (joining.length > 0) this.root.#joinOps.push([this, apply]);
    else if (this.parent) {
      this.root.#joinOps.push([this, apply]);
      this.parent.#childJoined();
    } else {
      this.#allChildrenJoined();
      apply();
    }
  }

  /** @param {any} livePatch @param {string} html @param {StreamOps[]} streams @param {any[]} events */
  #applyJoin(livePatch, html, streams, events) {
    if (this.joinCount > 1) {
      for (const op of this.#rejoinOps.splice(0)) op();
      // What waited for a first join that failed is of a mount that is gone.
      this.#joinOps = [];
    }
    const el = document.getElementById(this.id);
    if (!el) throw new Error(`no element with id ${this.id} for the view`);
    // A child is first bound to an element of the HTML that was not yet in the page.
    this.el = el;
    data.set(el, "view", this);
    el.setAttribute("data-phx-root-id", this.root.id);
    applyPatch(this, html, streams, { join: true, cause: "join" });
    this.#joinNewChildren();
    this.mountAll();
    this.joinPending = false;
    dispatchServerEvents(events);
    this.applyPendingDiffs();
    if (livePatch) this.liveSocket.navigation.patched(livePatch.to, livePatch.kind);
    this.status.connected();
    if (this.joinCount > 1) this.hooks.connectionChanged(true);
    this.#stopLoading();
  }

  /** Mounts hooks and runs phx-mounted for what is already in the page. */
  mountAll() {
    const { binding } = this.liveSocket;
    for (const el of all(document, `[${binding("viewport-top")}],[${binding("viewport-bottom")}]`)) {
      if (this.owns(el)) this.hooks.prepare(el, el);
    }
    for (const el of all(document, `[${binding("hook")}],[data-phx-hook]`)) if (this.owns(el)) this.hooks.mount(el);
    for (const el of all(document, `[${binding("mounted")}]`)) if (this.owns(el)) this.runMounted(el);
  }

  /** Runs phx-mounted, once in an element's life. @param {any} el */
  runMounted(el) {
    const js = el.getAttribute?.(this.liveSocket.binding("mounted"));
    if (!js || data.get(el, "mounted")) return;
    data.set(el, "mounted", true);
    this.liveSocket.execJS(el, js);
  }

  // Diffs -------------------------------------------------------------------------------

  /**
   * @param {"mount" | "update"} kind @param {Diff} raw
   * @param {(diff: Diff, reply: any, events: any[]) => void} apply
   */
  #applyDiff(kind, raw, apply) {
    this.log(kind, () => ["received diff", structuredClone(raw)]);
    const { diff, reply, events, title } = extract(raw);
    // Events with a third element `true` want to be seen before the patch.
    dispatchServerEvents(events.filter((event) => event[2] === true).map(([name, payload]) => /** @type {[string, any]} */ ([name, payload])));
    const update = () => {
      apply(diff, reply, events.filter((event) => event[2] !== true));
      if (typeof title === "string" || (kind === "mount" && this.isMain())) requestAnimationFrame(() => putTitle(title));
    };
    const { onDocumentPatch } = this.liveSocket.dom;
    if (onDocumentPatch) onDocumentPatch(update);
    else update();
  }

  /**
   * Merges a diff and patches the page; false if it has to wait.
   * @param {Diff} diff @param {any[]} events
   * @param {{joinRef?: string | null, replyRef?: string | null, isPending?: boolean}} [opts]
   */
  update(diff, events, { joinRef = this.channel.joinRef, replyRef = null, isPending = false } = {}) {
    if (this.joinPending || (this.liveSocket.navigation.pending && this.root.isMain())) {
      if (!isPending) this.#pendingDiffs.push({ diff, events, joinRef });
      return false;
    }
    // A diff that waited through a rejoin belongs to a tree that is gone.
    if (joinRef !== this.channel.joinRef) return true;
    let addedViews = false;
    const opts = { cause: replyRef ? "reply" : "diff", replyRef, prune: true };
    const touched = componentCids(diff);
    const componentsOnly = isComponentOnly(diff);
    const isEmpty = Object.keys(diff).length === 0;
    if (!isEmpty) this.rendered.merge(diff);
    if (componentsOnly) {
      for (const cid of outermostComponents(this.id, touched)) {
        if (Object.keys(diff.c?.[cid] ?? {}).length === 0) continue;
        const { html, streams } = this.rendered.componentToHTML(cid);
        if (applyPatch(this, html, streams, { ...opts, cid })) addedViews = true;
      }
    } else if (!isEmpty) {
      const { html, streams } = this.#toHTML(touched);
      addedViews = applyPatch(this, html, streams, opts);
    }
    dispatchServerEvents(events);
    if (addedViews) this.#joinNewChildren();
    return true;
  }

  applyPendingDiffs() {
    this.#pendingDiffs = this.#pendingDiffs.filter(({ diff, events, joinRef }) => !this.update(diff, events, { joinRef, isPending: true }));
    for (const child of this.children.values()) child.applyPendingDiffs();
  }

  /** @param {number[] | null} cids */
  #toHTML(cids) {
    const tag = this.el.tagName.toLowerCase();
    const { html, streams } = this.rendered.toHTML(cids);
    return { html: `<${tag}>${html}</${tag}>`, streams };
  }

  /**
   * The reply to a push: acknowledge, patch, go elsewhere if told to.
   * @param {number | null} ref @param {string | null} event @param {any} response @param {string} replyRef
   * @param {(reply: any) => void} done
   */
  answered(ref, event, response, replyRef, done) {
    if (ref !== null) this.#lastAck = ref;
    const finish = (/** @type {any} */ reply) => {
      if (response.redirect) this.liveSocket.navigation.load(response.redirect.to, response.redirect.flash);
      if (response.live_patch) this.#livePatch(response.live_patch);
      if (response.live_redirect) this.liveRedirect(response.live_redirect);
      done(reply);
    };
    const acknowledge = () => ref !== null && undo(this, ref, event);
    if (!response.diff) {
      acknowledge();
      return finish(null);
    }
    this.liveSocket.requestDOMUpdate(() =>
      this.#applyDiff("update", response.diff, (diff, reply, events) => {
        acknowledge();
        this.update(diff, events, { replyRef });
        finish(reply);
      }),
    );
  }

  /** An element is unlocked: what was patched into its twin becomes visible. @param {any} el @param {any} twin @param {number} undoRef */
  applyTwin(el, twin, undoRef) {
    if (applyPatch(this, twin, [], { container: el, withRoot: true, undoRef, cause: "ack", prune: true })) this.#joinNewChildren();
  }

  /** Called by Patch for elements that carry viewport bindings or hooks. @param {any} from @param {any} to */
  prepareHooks(from, to) {
    this.hooks.prepare(from, to);
  }

  // Children ----------------------------------------------------------------------------

  /** @param {HTMLElement} el */
  #joinChild(el) {
    if (this.children.has(el.id)) return false;
    const child = new View(el, this.liveSocket, this);
    this.children.set(child.id, child);
    child.join();
    this.#childJoins++;
    return true;
  }

  #joinNewChildren() {
    for (const el of nestedViews(document, this.id)) this.#joinChild(el);
  }

  #childJoined() {
    if (--this.#childJoins !== 0) return;
    if (this.parent) this.parent.#childJoined();
    else this.#allChildrenJoined();
  }

  #allChildrenJoined() {
    this.recovering.clear();
    this.oldForms = {};
    this.#whenJoined(() => {
      for (const [view, op] of this.#joinOps.splice(0)) if (!view.isDestroyed) op();
    });
  }

  /** This view or the one below it with the id. @param {string} id @returns {View | undefined} */
  find(id) {
    if (this.id === id) return this;
    for (const child of this.children.values()) {
      const found = child.find(id);
      if (found) return found;
    }
    return undefined;
  }

  /** @param {() => void} [callback] when the server has let go of it */
  destroy(callback = noop) {
    if (this.isDestroyed) return;
    dropFocus(this);
    for (const child of [...this.children.values()]) child.destroy();
    if (!this.liveSocket.isUnloaded()) for (const id of this.portalIds) document.getElementById(id)?.remove();
    this.isDestroyed = true;
    this.uploads.cancelAll();
    data.remove(this.el, "view");
    this.parent?.children.delete(this.id);
    this.status.stop();
    if (isNestedView(this.el)) this.el.setAttribute("data-phx-session", "");
    data.set(this.el, "destroyed", true);
    this.log("destroyed", () => ["the child has been removed from the parent"]);
    const finish = () => {
      callback();
      this.hooks.destroyAll();
    };
    this.channel.leave().receive("ok", finish).receive("error", finish).receive("timeout", finish);
  }

  // Errors ----------------------------------------------------------------

  /** @param {any} reason */
  #failed(reason) {
    this.#closed(reason);
    if (this.liveSocket.isUnloaded() || this.isDestroyed) return;
    const crashed = this.liveSocket.isConnected();
    if (crashed) this.log("error", () => ["view crashed", reason]);
    this.status.fail(crashed ? "phx-server-error" : "phx-client-error");
  }

  /** @param {any} reason */
  #closed(reason) {
    if (this.isDestroyed) return;
    if (this.isMain() && this.liveSocket.navigation.pending && reason !== "leave") return this.liveSocket.reloadWithJitter(this);
    for (const child of [...this.children.values()]) child.destroy();
    this.liveSocket.dropActiveElement(this);
    if (this.liveSocket.isUnloaded()) this.status.loading(200);
  }

  // Targets and navigation ------------------------------------------------------------------

  /**
   * Calls back with the view and context of a phx-target: an element, a cid, a selector.
   * @param {any} target @param {(view: any, context: any) => void} callback @param {ParentNode} [root]
   */
  withinTargets(target, callback, root = document) {
    const call = (/** @type {any} */ el) => {
      const view = this.liveSocket.owner(el);
      if (view) callback(view, el);
    };
    if (elementOf(target)) call(target);
    else if (isCid(target)) {
      if (findComponent(this.id, target, root)) callback(this, Number(target));
      else console.error(`no component found matching phx-target of ${target}`);
    } else {
      const found = all(root, target);
      if (found.length === 0) console.error(`nothing found matching the phx-target selector "${target}"`);
      found.forEach(call);
    }
  }

  /** @param {{to: string, kind: "push" | "replace"}} to */
  #livePatch({ to, kind }) {
    this.href = to.startsWith("/") ? location.origin + to : to;
    this.liveSocket.navigation.patched(to, kind);
  }

  /** The server sends the page elsewhere. @param {{to: string, kind: "push" | "replace", flash?: string}} to */
  liveRedirect({ to, kind, flash }) {
    const url = to.startsWith("/") ? location.origin + to : to;
    this.liveSocket.navigation.redirect(new CustomEvent("phx:server-navigate", { detail: { to, kind, flash } }), url, kind, flash ?? null);
  }
}
