// What the page remembers of its reader, in the browser and nowhere else. A browser that
// forbids storage just forgets.

const PREFIX = "streams-playground:";

/** @param {string} key @returns {string | null} */
export function recall(key) {
  try {
    return localStorage.getItem(PREFIX + key);
  } catch {
    return null;
  }
}

/** @param {string} key @param {string} value */
export function remember(key, value) {
  try {
    localStorage.setItem(PREFIX + key, value);
  } catch {
    // Private windows may refuse; nothing depends on it.
  }
}
