// A patch as a view has it done: hooks learn of it, components that left are told to the
// server, and the report goes out.
import { all, componentId, dispatch, findComponent, isSticky } from "./dom.js";
import { keepIgnoredAttributes } from "./js_commands.js";
import { Patch } from "./patch.js";
import { Report } from "./report.js";

/** @typedef {import("./view.js").View} View */

/**
 * @param {View} view @param {string | Element} html @param {import("./types.js").StreamOps[]} streams
 * @param {import("./types.js").PatchOptions & {container?: any, cause: string, prune?: boolean, replyRef?: string | null}} opts
 * @returns {boolean} whether nested views were added
 */
export function applyPatch(view, html, streams, { container = view.el, cause, prune = false, replyRef = null, ...opts }) {
  const { liveSocket, hooks } = view;
  const report = liveSocket.isReporting ? new Report() : null;
  const hookAttr = liveSocket.binding("hook");
  let addedViews = false;
  /** @type {Element[]} */
  const removed = [];
  const changed = new Set();
  liveSocket.dom.onPatchStart?.(container);
  const patch = new Patch(view, container, html, streams, {
    added: (node) => {
      liveSocket.dom.onNodeAdded?.(node);
      if (!(node instanceof Element)) return;
      hooks.prepare(node, node);
      hooks.mount(node);
      view.runMounted(node);
    },
    beforeUpdate: (from, to) => {
      liveSocket.dom.onBeforeElUpdated?.(from, to);
      const hook = hooks.beforeUpdate(from, to);
      const isOther = from.hasAttribute(hookAttr) && from.getAttribute(hookAttr) !== to.getAttribute(hookAttr);
      if (hook && isOther) hooks.destroy(from);
      else if (hook) changed.add(from);
      keepIgnoredAttributes(from, to);
    },
    updated: (el) => {
      if (changed.has(el)) hooks.get(el)?.updated();
      else if (el.hasAttribute(hookAttr) || el.hasAttribute("data-phx-hook")) hooks.mount(el);
    },
    nestedViewAdded: (el) => {
      if (isSticky(el)) liveSocket.joinRootViews();
      else addedViews = true;
    },
    discarded: (el) => removed.push(el),
    removedLater: (els) => elementsRemoved(view, els, prune),
  }, { ...opts, report });
  patch.run();
  elementsRemoved(view, removed, prune);
  liveSocket.dom.onPatchEnd?.(container);
  if (report) sendReport(view, report, cause, replyRef);
  return addedViews;
}

/** @param {View} view @param {Report} report @param {string} cause @param {string | null} replyRef */
function sendReport(view, report, cause, replyRef) {
  if (cause !== "join" && report.ops.length === 0 && report.problems.length === 0) return;
  const { channel } = view;
  const message = report.message({
    root: view.el, viewId: view.id, cause, joinRef: channel.joinRef, replyRef, seq: view.reports++, owns: (el) => view.owns(el),
  });
  channel.send("lvp:dom", message);
  dispatch(document, "lvp:patched", { detail: message });
}

/** @param {View} view @param {Element[]} elements @param {boolean} prune */
function elementsRemoved(view, elements, prune) {
  /** @type {Set<number>} */
  const cids = new Set();
  // What is inside of an element goes before it.
  for (const parent of elements) {
    for (const el of [...all(parent, `[data-phx-view="${view.id}"][data-phx-component]`), parent]) {
      const cid = componentId(el);
      if (cid !== null && el.getAttribute("data-phx-view") === view.id) cids.add(cid);
    }
    for (const el of [...all(parent, `[${view.liveSocket.binding("hook")}],[data-phx-hook]`), parent]) view.hooks.destroy(el);
  }
  // After a rejoin the cids are those of the mount before, and mean nothing now.
  if (prune) void componentsGone(view, [...cids]);
}

/**
 * Tells the server in two steps which components have left the page: it may have
 * rendered one of them again in the meantime.
 * @param {View} view @param {number[]} cids
 */
async function componentsGone(view, cids) {
  const isGone = (/** @type {number} */ cid) => findComponent(view.id, cid) === null;
  const gone = cids.filter(isGone);
  if (gone.length === 0) return;
  for (const cid of gone) view.rendered.resetRender(cid);
  const announced = await view.pushes.send(null, "cids_will_destroy", { cids: gone });
  if (!announced.ok) return;
  view.liveSocket.requestDOMUpdate(async () => {
    const still = gone.filter(isGone);
    if (still.length === 0) return;
    const done = await view.pushes.send(null, "cids_destroyed", { cids: still });
    if (done.ok) view.rendered.pruneCids(done.response.cids ?? []);
  });
}
