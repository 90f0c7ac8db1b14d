// Saving a file of the lesson changes the open page, without a reload by hand: the prose
// and the code are put in anew, and when the code changed, the clients on the stage load
// again. What is wrong with a file is shown on top, while the last good version runs on.

/** @typedef {{lesson: boolean, code: boolean, errors: string}} Change */

/**
 * @param {Document} doc
 * @param {import("./stage.js").Stage} stage
 * @returns {() => void}
 */
export function startReload(doc, stage) {
  const source = new EventSource(`/changes?page=${encodeURIComponent(doc.body.dataset.page ?? "")}`);
  source.addEventListener("change", async (e) => {
    const change = /** @type {Change} */ (JSON.parse(/** @type {MessageEvent} */ (e).data));
    showErrors(doc, change.errors);
    if (change.lesson) await replace(doc, [".lesson", ".code-panel .files", ".code-panel .told", ".code-panel .sources"]);
    if (change.code) stage.reload();
  });
  return () => source.close();
}

/** @param {Document} doc @param {string} text */
function showErrors(doc, text) {
  const notice = /** @type {HTMLElement | null} */ (doc.querySelector(".notice"));
  const pre = notice?.querySelector("pre");
  if (!notice || !pre) return;
  notice.hidden = text === "";
  pre.textContent = text;
}

/** Puts parts of the page in anew, keeping their scroll. @param {Document} doc @param {string[]} selectors */
async function replace(doc, selectors) {
  const response = await fetch(location.href, { headers: { "x-part": "lesson" } });
  if (!response.ok) return;
  const next = new DOMParser().parseFromString(await response.text(), "text/html");
  for (const selector of selectors) {
    const old = doc.querySelector(selector);
    const fresh = next.querySelector(selector);
    if (!old || !fresh) continue;
    const chosen = old.querySelector('[aria-selected="true"]')?.id;
    const { scrollTop } = old;
    old.replaceChildren(...fresh.childNodes);
    old.scrollTop = scrollTop;
    if (chosen) /** @type {HTMLElement | null} */ (doc.getElementById(chosen))?.click();
  }
}
