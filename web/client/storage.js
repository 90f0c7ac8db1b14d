// What a page may not be allowed to use. In a sandboxed frame without an origin of its
// own, storage, cookies and the history all throw; the client then does without.

/**
 * The browser's storage, or one that lasts as long as the page.
 * @param {"localStorage" | "sessionStorage"} name
 * @returns {Pick<Storage, "getItem" | "setItem" | "removeItem">}
 */
export function memoryStorage(name) {
  try {
    return window[name];
  } catch {
    /** @type {Map<string, string>} */
    const items = new Map();
    return {
      getItem: (key) => items.get(key) ?? null,
      setItem: (key, value) => void items.set(key, value),
      removeItem: (key) => void items.delete(key),
    };
  }
}

/** @param {string} name @param {string} value @param {number} maxAge in seconds */
export function setCookie(name, value, maxAge) {
  try {
    document.cookie = `${name}=${value}; max-age=${maxAge}; path=/`;
  } catch {
    // No cookies here: the page loads without the flash.
  }
}

/**
 * Writes the history; false if the page may not.
 * @param {"push" | "replace"} kind @param {any} state @param {string} [href]
 */
export function writeHistory(kind, state, href = location.href) {
  try {
    history[`${kind}State`](state, "", href);
    return true;
  } catch {
    return false;
  }
}
