// Light, dark, or as the system says.
import { recall, remember } from "./memory.js";

const THEMES = ["system", "light", "dark"];
const NAMES = { system: "System theme", light: "Light theme", dark: "Dark theme" };
const SIGNS = { system: "◐", light: "☀", dark: "☾" };

/**
 * Puts the remembered theme on and lets the button go through the three.
 * @param {Document} doc
 * @param {(theme: string) => void} changed is told of each theme, the first one too
 * @returns {() => void}
 */
export function startTheme(doc, changed) {
  const button = /** @type {HTMLButtonElement | null} */ (doc.querySelector("[data-theme-switch]"));
  let theme = recall("theme") ?? "system";
  if (!THEMES.includes(theme)) theme = "system";

  const apply = () => {
    doc.documentElement.dataset.theme = theme;
    if (button) {
      button.textContent = SIGNS[/** @type {keyof typeof SIGNS} */ (theme)];
      button.setAttribute("aria-label", NAMES[/** @type {keyof typeof NAMES} */ (theme)]);
      button.title = NAMES[/** @type {keyof typeof NAMES} */ (theme)];
    }
    changed(theme);
  };
  const next = () => {
    theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
    remember("theme", theme);
    apply();
  };
  button?.addEventListener("click", next);
  apply();
  return () => button?.removeEventListener("click", next);
}
