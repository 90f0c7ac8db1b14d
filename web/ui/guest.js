// Runs in a client on the stage, beside the live view. The page is sandboxed: no cookies,
// no storage, an origin of its own. It connects the live view, tells the stage how it
// goes, and marks the rows that the last patch touched.
import { LiveSocket } from "../client/index.js";
import { here } from "../client/place.js";

/** @param {string} name */
const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.getAttribute("content") ?? "";

const base = meta("lv-base");
const framed = parent !== window;
/** @param {object} message */
const tell = (message) => framed && parent.postMessage(message, "*");

const liveSocket = new LiveSocket(`${base}/live`, {
  params: { _csrf_token: meta("csrf-token") },
  hooks: /** @type {any} */ (window).hooks ?? {},
  prefix: base,
  report: true,
});
/** @type {any} */ (window).liveSocket = liveSocket;

// What the stage says -------------------------------------------------------------------

addEventListener("message", (e) => {
  if (e.source !== parent || !framed) return;
  const message = e.data ?? {};
  if (message.type === "hello") sayAll();
  if (message.type === "theme") document.documentElement.dataset.theme = message.theme;
  if (message.type === "socket") message.connect ? liveSocket.connect() : liveSocket.disconnect();
});

// What the stage hears ------------------------------------------------------------------

const sayURL = () => {
  const { pathname, search } = here();
  tell({ type: "url", path: pathname + search });
};

/** The state is what the client writes on the root element. @param {Element} root */
function sayState(root) {
  const { classList } = root;
  tell({ type: "state", state: classList.contains("phx-connected") ? "connected" : classList.contains("phx-error") ? "error" : "connecting" });
}
const sayAll = () => {
  sayURL();
  const root = document.querySelector("[data-phx-main]");
  if (root) sayState(root);
};

addEventListener("phx:page-loading-stop", sayURL);
addEventListener("phx:navigate", sayURL);
addEventListener("popstate", sayURL);
// A navigation replaces the root element, so the state is watched from the body.
new MutationObserver(sayAll).observe(document.body, { subtree: true, attributeFilter: ["class"], childList: false });
tell({ type: "ready" });
sayAll();

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

liveSocket.connect();
