// Asking to join, and what to do when the server says no.
import { mergeAttributes } from "./attributes.js";
import * as data from "./element_data.js";
import { all, isSticky } from "./dom.js";
import { dispatchServerEvents } from "./hooks.js";

const MAX_CHILD_ATTEMPTS = 3;

/** What a view tells the server when it joins. */
export class JoinRequest {
  #view;
  #referer;
  /** Joins tried since the last that succeeded. */
  attempts = 0;
  /** Whether the view is joined by live navigation. */
  isRedirect = false;

  /** @param {import("./view.js").View} view @param {string | null} flash @param {string | null} referer */
  constructor(view, flash, referer) {
    this.#view = view;
    this.#referer = referer;
    this.flash = flash;
  }

  payload() {
    const { el, href } = this.#view;
    const url = href && (href.startsWith("/") ? location.origin + href : href);
    return {
      ...(this.isRedirect ? { redirect: url } : url ? { url } : {}),
      params: this.#params(),
      session: el.getAttribute("data-phx-session"),
      static: el.getAttribute("data-phx-static") || null,
      ...(this.flash ? { flash: this.flash } : {}),
      sticky: isSticky(el),
    };
  }

  #params() {
    const { el, joinCount, liveSocket } = this.#view;
    const params = liveSocket.params(el);
    const statics = all(document, `[${liveSocket.binding("track-static")}]`).map((node) => node.src || node.href).filter(Boolean);
    if (statics.length > 0) params._track_static = statics;
    params._mounts = joinCount;
    params._mount_attempts = this.attempts++;
    params._live_referer = this.#referer ?? undefined;
    return params;
  }
}

/** @param {import("./view.js").View} view @param {any} response */
export function joinFailed(view, response) {
  const { liveSocket, request } = view;
  const { navigation } = liveSocket;
  dispatchServerEvents(response.events ?? []);
  if (response.reason === "reload") {
    view.log("error", () => [`failed mount with ${response.status}. Falling back to page reload`, response]);
    return navigation.load(liveSocket.main.href, null, response.token);
  }
  if (["unauthorized", "stale"].includes(response.reason)) {
    view.log("error", () => ["unauthorized live_redirect. Falling back to page request", response]);
    return navigation.load(liveSocket.main.href, request.flash);
  }
  if (response.redirect || response.live_redirect) {
    view.joinPending = false;
    view.channel.leave();
    if (response.redirect) return navigation.load(response.redirect.to, response.redirect.flash);
    return view.liveRedirect(response.live_redirect);
  }
  view.log("error", () => [response.reason === "timeout" ? "join timed out" : "unable to join", response]);
  if (view.isMain()) {
    view.status.fail("phx-server-error");
    if (liveSocket.isConnected()) liveSocket.reloadWithJitter(view);
  } else childFailed(view, response);
}

/** A nested view is tried again by its channel, up to a point. @param {import("./view.js").View} view @param {any} response */
function childFailed(view, response) {
  if (view.request.attempts >= MAX_CHILD_ATTEMPTS) {
    view.root.status.fail("phx-server-error");
    view.log("error", () => [`giving up trying to mount after ${MAX_CHILD_ATTEMPTS} tries`, response]);
    view.destroy();
    return;
  }
  const shown = document.getElementById(view.id);
  if (!shown) return view.destroy();
  mergeAttributes(shown, view.el);
  view.status.fail("phx-server-error");
  view.el = shown;
  data.set(shown, "view", view);
}
