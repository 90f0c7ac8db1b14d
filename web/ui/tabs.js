// The inspector's tabs: remembers which one was shown last.
import { recall, remember } from "./memory.js";

const KEY = "inspector-tab";

/** What the inspector is told when it starts. @returns {{tab?: string}} */
export function rememberedTab() {
  const tab = recall(KEY);
  return tab === null ? {} : { tab };
}

export const TabsHook = {
  /** @this {{el: HTMLElement}} */
  updated() {
    const tab = this.el.querySelector('[aria-current="true"]')?.getAttribute("phx-value-tab");
    if (tab) remember(KEY, tab);
  },
};
