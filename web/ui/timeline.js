// The inspector's timeline: keeps the newest transaction in view while it is the chosen
// one, and lets arrow keys go from one to the next. The buttons have a roving tabindex.

/** @typedef {{el: HTMLElement}} Hooked */

/** @param {HTMLElement} el */
const buttons = (el) => /** @type {HTMLButtonElement[]} */ ([...el.querySelectorAll("button")]);

/** Chooses the transaction that a key leads to. @this {HTMLElement} @param {KeyboardEvent} e */
function key(e) {
  const all = buttons(this);
  const at = all.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
  const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: all.length - 1 }[e.key];
  if (at < 0 || to === undefined) return;
  e.preventDefault();
  const button = all[Math.min(Math.max(to, 0), all.length - 1)];
  button.tabIndex = 0;
  button.focus();
  if (button.getAttribute("aria-pressed") !== "true") button.click();
}

export const TimelineHook = {
  /** @this {Hooked} */
  mounted() {
    this.el.scrollLeft = this.el.scrollWidth;
    this.el.addEventListener("keydown", key);
  },
  /** @this {Hooked} */
  updated() {
    const all = buttons(this.el);
    const last = all.at(-1);
    if (last?.getAttribute("aria-pressed") === "true") this.el.scrollLeft = this.el.scrollWidth;
    // The chosen one may have left the timeline; the keyboard has to get in nevertheless.
    if (last && !all.some((b) => b.tabIndex === 0)) last.tabIndex = 0;
  },
};
