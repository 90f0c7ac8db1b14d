// Keeps the newest transaction in view while the inspector follows.

export const TimelineHook = {
  /** @this {any} */
  mounted() {
    this.el.scrollLeft = this.el.scrollWidth;
  },
  /** @this {any} */
  updated() {
    const pressed = this.el.querySelector('[aria-pressed="true"]');
    const isLast = pressed && pressed.closest("li") === this.el.lastElementChild;
    if (isLast) this.el.scrollLeft = this.el.scrollWidth;
  },
};
