// The stage: one to three clients, each an iframe on a page that stands by itself. The
// iframes are sandboxed and talk to this page by messages only; see staged.js.
//
//   guest → stage   {type: "ready"} · {type: "url", path} · {type: "state", state}
//   stage → guest   {type: "theme", theme} · {type: "socket", connect} · {type: "hello"}

/**
 * @typedef {object} Stage
 * @property {(message: object) => void} post tells all clients something
 * @property {() => void} reload loads all clients anew, at the paths where they are
 * @property {() => void} stop
 */

/** @param {Document} doc @returns {Stage} */
export function startStage(doc) {
  const clients = [...doc.querySelectorAll("[data-client]")].map((el) => new Client(/** @type {HTMLElement} */ (el)));
  /** @type {Map<string, object>} the last message of each type, for those who come later */
  const said = new Map();
  /** @param {any} message */
  const post = (message) => {
    said.set(message.type, message);
    clients.forEach((c) => c.post(message));
  };
  /** @param {MessageEvent} e */
  const heard = (e) => {
    const client = clients.find((c) => c.frame.contentWindow === e.source);
    if (!client || typeof e.data !== "object" || e.data === null) return;
    if (e.data.type === "ready") [...said.values()].forEach((m) => client.post(m));
    client.hear(e.data);
  };
  addEventListener("message", heard);
  // A client that was there before this page listened has said its part to nobody.
  post({ type: "hello" });
  const stopTabs = startTabs(doc, clients);
  return {
    post,
    reload: () => clients.forEach((c) => c.reload()),
    stop: () => {
      removeEventListener("message", heard);
      stopTabs();
      clients.forEach((c) => c.stop());
    },
  };
}

/** How long a page in a frame may take to answer. */
const ANSWER_MS = 1000;

class Client {
  /** @type {HTMLIFrameElement} */ frame;
  #el;
  #address;
  #dot;
  #connected = true;
  /** Whether the page in the frame has said something since it was loaded. */
  #heard = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #answer;
  #abort = new AbortController();

  /** @param {HTMLElement} el */
  constructor(el) {
    this.#el = el;
    this.frame = /** @type {HTMLIFrameElement} */ (el.querySelector("iframe"));
    this.#address = /** @type {HTMLInputElement} */ (el.querySelector(".address"));
    this.#dot = /** @type {HTMLElement} */ (el.querySelector(".bar > .dot"));
    const { signal } = this.#abort;
    el.querySelector("form")?.addEventListener("submit", (e) => this.#go(e), { signal });
    el.querySelector("[data-reload]")?.addEventListener("click", () => this.reload(), { signal });
    el.querySelector("[data-plug]")?.addEventListener("click", (e) => this.#plug(e), { signal });
    this.frame.addEventListener("load", () => this.#ask(), { signal });
  }

  /** A page that does not answer, as one that shows an error, has no live view. */
  #ask() {
    this.#heard = false;
    this.post({ type: "hello" });
    clearTimeout(this.#answer);
    this.#answer = setTimeout(() => this.#heard || this.#show("no live view"), ANSWER_MS);
  }

  get base() {
    return this.#el.dataset.client ?? "";
  }

  get path() {
    return this.#address.value || "/";
  }

  /** @param {object} message */
  post(message) {
    // A sandboxed frame has the origin "null", which cannot be named as a target.
    this.frame.contentWindow?.postMessage(message, "*");
  }

  /** @param {any} message */
  hear(message) {
    this.#heard = true;
    if (message.type === "url" && typeof message.path === "string") {
      this.#address.value = message.path;
      this.#el.querySelector("[data-own-tab]")?.setAttribute("href", this.base + message.path);
    }
    if (message.type === "state") this.#show(message.state);
  }

  /** @param {string} state */
  #show(state) {
    const inTabs = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(`[data-tab-dot="${CSS.escape(this.base)}"]`));
    for (const dot of [this.#dot, ...inTabs]) {
      dot.dataset.state = state;
      dot.title = state;
      dot.setAttribute("aria-label", state);
    }
  }

  reload() {
    this.frame.src = this.base + this.path;
  }

  /** @param {Event} e */
  #go(e) {
    e.preventDefault();
    if (!this.path.startsWith("/")) this.#address.value = `/${this.path}`;
    this.reload();
  }

  /** Takes the client off the network and back. @param {Event} e */
  #plug(e) {
    this.#connected = !this.#connected;
    const button = /** @type {HTMLElement} */ (e.currentTarget);
    button.setAttribute("aria-pressed", String(!this.#connected));
    this.post({ type: "socket", connect: this.#connected });
  }

  stop() {
    clearTimeout(this.#answer);
    this.#abort.abort();
  }
}

/** Clients side by side, or one at a time. @param {Document} doc @param {Client[]} clients */
function startTabs(doc, clients) {
  const box = /** @type {HTMLElement | null} */ (doc.querySelector(".clients"));
  if (!box || clients.length < 2) return () => {};
  const wins = /** @type {HTMLElement[]} */ ([...box.querySelectorAll("[data-client]")]);
  /** @param {number} front */
  const show = (front) => {
    wins.forEach((w, i) => w.toggleAttribute("data-front", i === front));
    for (const tab of box.querySelectorAll("[data-tab]")) {
      tab.setAttribute("aria-pressed", String(Number(tab.getAttribute("data-tab")) === front));
    }
  };
  /** @param {Event} e */
  const click = (e) => {
    const tab = e.target instanceof Element ? e.target.closest("[data-tab]") : null;
    if (tab) show(Number(tab.getAttribute("data-tab")));
  };
  // Two pages want room: where there is none, they become tabs.
  const fit = () => box.toggleAttribute("data-tabs", box.clientWidth > 0 && box.clientWidth < 240 * clients.length);
  const watch = new ResizeObserver(fit);
  watch.observe(box);
  box.addEventListener("click", click);
  fit();
  show(0);
  return () => {
    watch.disconnect();
    box.removeEventListener("click", click);
  };
}
