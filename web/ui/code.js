// The code panel: a tab a file, following the ARIA pattern "tabs" with a roving tabindex,
// and a button that folds it away.
import { recall, remember } from "./memory.js";

/** @param {Document} doc @returns {() => void} */
export function startCode(doc) {
  const panel = /** @type {HTMLElement | null} */ (doc.querySelector(".code-panel"));
  if (!panel) return () => {};
  const abort = new AbortController();
  const { signal } = abort;
  const tabs = () => /** @type {HTMLElement[]} */ ([...panel.querySelectorAll('[role="tab"]')]);

  /** @param {HTMLElement} tab */
  const show = (tab) => {
    for (const t of tabs()) {
      const on = t === tab;
      t.setAttribute("aria-selected", String(on));
      t.tabIndex = on ? 0 : -1;
      const file = doc.getElementById(t.getAttribute("aria-controls") ?? "");
      if (file) file.hidden = !on;
    }
  };
  /** @param {KeyboardEvent} e */
  const key = (e) => {
    const all = tabs();
    const at = all.indexOf(/** @type {HTMLElement} */ (doc.activeElement));
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: all.length - 1 }[e.key];
    if (at < 0 || to === undefined) return;
    e.preventDefault();
    const tab = all[(to + all.length) % all.length];
    show(tab);
    tab.focus();
  };
  panel.addEventListener("click", (e) => {
    const tab = e.target instanceof Element ? e.target.closest('[role="tab"]') : null;
    if (tab) show(/** @type {HTMLElement} */ (tab));
  }, { signal });
  panel.addEventListener("keydown", key, { signal });

  const fold = /** @type {HTMLButtonElement | null} */ (panel.querySelector("[data-fold]"));
  const stage = /** @type {HTMLElement | null} */ (doc.querySelector(".stage"));
  /** @param {boolean} shut */
  const setShut = (shut) => {
    if (!stage || !fold) return;
    stage.dataset.code = shut ? "shut" : "open";
    fold.setAttribute("aria-expanded", String(!shut));
    fold.textContent = shut ? "show code" : "hide code";
    remember("code", shut ? "shut" : "open");
  };
  fold?.addEventListener("click", () => setShut(stage?.dataset.code !== "shut"), { signal });
  setShut(recall("code") === "shut");
  return () => abort.abort();
}
