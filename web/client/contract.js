// What a template owes the client, and what is said when it does not keep to it.

/** @typedef {import("./report.js").Report} Report */

/**
 * Children of a stream container are known by id only, so one without cannot stay.
 * @param {Element} container in the new HTML @param {Report | null} report
 */
export function removeUnkeyed(container, report) {
  for (const child of [...container.childNodes]) {
    if (child instanceof Element && child.id) continue;
    const isBlank = child.nodeType === Node.TEXT_NODE && !child.nodeValue?.trim();
    if (!isBlank && child.nodeType !== Node.COMMENT_NODE) {
      const shown = (child instanceof Element ? child.outerHTML : (child.nodeValue ?? "")).trim();
      const message = `only HTML element tags with an id are allowed inside containers with phx-update.\n\nremoving illegal node: "${shown}"\n\n`;
      console.error(message, container);
      report?.problem("placeholder-without-id", message, container.id);
    }
    child.remove();
  }
}

/** What else disturbs patches, told only while debugging. */
export function checkPage() {
  /** @type {Set<string>} */
  const ids = new Set();
  for (const el of document.querySelectorAll("[id]")) {
    if (ids.has(el.id)) console.error(`Multiple IDs detected: ${el.id}. Ensure unique element ids.`, el);
    ids.add(el.id);
  }
  for (const input of document.querySelectorAll("form input[name=id]")) {
    console.error('Detected an input with name="id" inside a form! This will cause problems when patching the DOM.\n', input);
  }
}

/**
 * Items put where no stream container is replace what is there instead of joining it.
 * @param {string[]} ids of the items inserted @param {string} update the attribute's name @param {Report | null} report
 */
export function checkContainers(ids, update, report) {
  /** @type {Set<Element>} */
  const wrong = new Set();
  for (const id of ids) {
    const parent = document.getElementById(id)?.parentElement;
    if (parent && parent.getAttribute(update) !== "stream") wrong.add(parent);
  }
  for (const { id } of wrong) {
    const message = `The stream container with id "${id}" is missing the phx-update="stream" attribute. Ensure it is set for streams to work properly.`;
    console.error(message);
    report?.problem("invalid-stream-container", message, id);
  }
}
