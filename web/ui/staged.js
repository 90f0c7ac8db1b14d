// Runs in every client on the stage, beside the live view. The page is sandboxed: no
// cookies, no storage, an origin of its own. It tells the stage how the live view goes,
// keeps links and forms on the stage, and marks the rows that the last patch touched.
import { here, outward, setPrefix } from "../client/place.js";

/** @param {string} name */
const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.getAttribute("content") ?? "";

/** What the page's URL has before the paths that its views know. */
export const base = meta("lv-base");
setPrefix(base);

const framed = parent !== window;
/** @param {object} message */
const tell = (message) => framed && parent.postMessage(message, "*");

/** @type {import("../client/index.js").LiveSocket | null} */
let liveSocket = null;

/** Lets the stage connect and disconnect a page's socket. @param {import("../client/index.js").LiveSocket} socket */
export function adopt(socket) {
  liveSocket = socket;
}

// What the stage says -------------------------------------------------------------------

addEventListener("message", (e) => {
  if (e.source !== parent || !framed) return;
  const message = e.data ?? {};
  if (message.type === "hello") sayAll();
  // A page with a layout of its own has colours of its own.
  if (message.type === "theme" && document.body?.classList.contains("guest")) document.documentElement.dataset.theme = message.theme;
  if (message.type === "socket") message.connect ? liveSocket?.connect() : liveSocket?.disconnect();
});

// What the stage hears ------------------------------------------------------------------

const sayURL = () => {
  const { pathname, search } = here();
  tell({ type: "url", path: pathname + search });
};

/** The state is what the client writes on the root element. @param {Element | null} root */
function sayState(root) {
  const { classList } = root ?? document.documentElement;
  const state = classList.contains("phx-connected") ? "connected" : classList.contains("phx-error") ? "error" : "connecting";
  tell({ type: "state", state: root ? state : "no live view" });
}
const sayAll = () => {
  sayURL();
  sayState(document.querySelector("[data-phx-main]"));
};

addEventListener("phx:page-loading-stop", sayURL);
addEventListener("phx:navigate", sayURL);
addEventListener("popstate", sayURL);
// A navigation replaces the root element, so the state is watched from the top.
new MutationObserver(sayAll).observe(document.documentElement, { subtree: true, attributeFilter: ["class"], childList: false });
tell({ type: "ready" });
sayAll();

// Links and forms -----------------------------------------------------------------------

/**
 * Points an attribute below the stage's prefix while the browser follows it. It is put
 * back after that: patches and tests see what the view wrote.
 * @param {Element} el @param {string} name
 */
function lend(el, name) {
  const was = el.getAttribute(name);
  if (!base || !was?.startsWith("/") || was.startsWith("//") || was.startsWith(`${base}/`)) return;
  el.setAttribute(name, outward(was));
  setTimeout(() => el.setAttribute(name, was));
}

addEventListener("click", (e) => {
  const link = e.target instanceof Element ? e.target.closest("a[href]:not([data-phx-link])") : null;
  if (link && !e.defaultPrevented) lend(link, "href");
});
addEventListener("submit", (e) => {
  if (e.defaultPrevented) return;
  if (e.target instanceof Element) lend(e.target, "action");
  if (e.submitter) lend(e.submitter, "formaction");
});
// What a script submits makes no event.
const { submit } = HTMLFormElement.prototype;
HTMLFormElement.prototype.submit = function () {
  lend(this, "action");
  submit.call(this);
};

// Badges --------------------------------------------------------------------------------

const SIGNS = { new: "⊕", upd: "✎", mov: "⇅" };
/** @type {Record<string, keyof typeof SIGNS>} */
const TONES = { inserted: "new", updated: "upd", moved: "mov" };
const SHOWN_MS = 4000;
/** Where more rows than this changed, they are coloured and have no words. */
const MOST_LABELS = 20;

document.addEventListener("lvp:patched", (e) => {
  const { ops, cause } = /** @type {CustomEvent} */ (e).detail;
  if (cause === "join") return;
  const rows = ops.filter((/** @type {any} */ op) => TONES[op.op] && op.stream && !op.within && op.id && !op.tag);
  for (const op of rows) {
    const tone = TONES[op.op];
    const el = document.getElementById(op.id);
    if (!el) continue;
    el.dataset.lvp = tone;
    if (rows.length <= MOST_LABELS) el.dataset.lvpLabel = `${SIGNS[tone]} ${op.reason}`;
    setTimeout(() => {
      delete el.dataset.lvp;
      delete el.dataset.lvpLabel;
    }, SHOWN_MS);
  }
});
