// Where the page is, as its live views know it. A page may be served below a prefix that
// its views know nothing of, such as that of a reader's sandbox: their links say /rooms/2
// while the browser is at /stage/TOKEN/rooms/2. Without a prefix both are the same.

let prefix = "";

/** @param {string} path put before every path that the browser sees, "" for none */
export function setPrefix(path) {
  prefix = path.replace(/\/$/, "");
}

/** The browser's address without the prefix. @returns {URL} */
export function here() {
  const url = new URL(location.href);
  if (prefix && (url.pathname === prefix || url.pathname.startsWith(`${prefix}/`))) {
    url.pathname = url.pathname.slice(prefix.length) || "/";
  }
  return url;
}

/** An address of the views' as the browser has to see it. @param {string} href */
export function outward(href) {
  const url = new URL(href, here());
  if (prefix && url.host === location.host) url.pathname = prefix + url.pathname;
  return url.href;
}

/** Loads a page. @param {string} href as the views know it */
export function visit(href) {
  location.href = outward(href);
}
