// What the page shows of a view's connection: classes on its element, phx-connected and
// phx-disconnected commands, and what hooks are told.
import { all, dispatch } from "./dom.js";

const CLASSES = ["phx-connected", "phx-loading", "phx-error", "phx-client-error", "phx-server-error"];

/** The connection state of one view, as the page shows it. */
export class Status {
  #view;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #loaderTimer;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #disconnectedTimer;

  /** @param {import("./view.js").View} view */
  constructor(view) {
    this.#view = view;
  }

  /** @param {number} [delay] in milliseconds; a view that is quick shows nothing */
  loading(delay) {
    clearTimeout(this.#loaderTimer);
    if (delay) this.#loaderTimer = setTimeout(() => this.loading(), delay);
    else {
      this.#view.hooks.connectionChanged(false);
      this.#set("phx-loading");
    }
  }

  connected() {
    this.stop();
    clearTimeout(this.#disconnectedTimer);
    this.#set("phx-connected");
    this.#runAll("connected");
  }

  /** @param {"phx-server-error" | "phx-client-error"} kind */
  fail(kind) {
    const view = this.#view;
    if (view.isMain()) dispatch(window, "phx:page-loading-start", { detail: { to: view.href, kind: "error" } });
    this.loading();
    this.#set("phx-loading", "phx-error", kind);
    clearTimeout(this.#disconnectedTimer);
    // A short break is not worth a message.
    this.#disconnectedTimer = setTimeout(() => this.#runAll("disconnected"), view.liveSocket.disconnectedTimeout);
  }

  stop() {
    clearTimeout(this.#loaderTimer);
  }

  /** @param {string[]} classes */
  #set(...classes) {
    this.#view.el.classList.remove(...CLASSES);
    this.#view.el.classList.add(...classes);
  }

  /** @param {string} name */
  #runAll(name) {
    const { el, liveSocket } = this.#view;
    const binding = liveSocket.binding(name);
    for (const target of all(el, `[${binding}]`)) liveSocket.execJS(target, target.getAttribute(binding));
  }
}
