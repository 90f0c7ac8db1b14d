// What a patch did to the page, and why, in plain words.
//
// The engine cannot see the page; this tells it. A report is made only when the page
// asked for one (see LiveSocketOptions.report in types.js, where the format is), and
// is sent after the patch as "lvp:dom" and dispatched on the document as "lvp:patched".
import { all } from "./dom.js";

/** @typedef {import("./types.js").PatchOp} PatchOp */

const MAX_OPS = 400;
const MAX_CHILDREN = 500;
const MAX_TEXT = 120;

/** @param {string | null | undefined} text */
const short = (text) => {
  const trimmed = (text ?? "").replace(/\s+/g, " ").trim();
  return trimmed.length > MAX_TEXT ? `${trimmed.slice(0, MAX_TEXT)}…` : trimmed;
};

/** The client's own attributes are not news. @param {string} name */
const isOurs = (name) => name.startsWith("data-phx-");

/** Collects the operations of one patch. */
export class Report {
  /** @type {PatchOp[]} */
  ops = [];
  dropped = 0;
  /** @type {{code: string, message: string, id?: string}[]} */
  problems = [];

  /** @param {PatchOp} op */
  add(op) {
    if (this.ops.length < MAX_OPS) this.ops.push(op);
    else this.dropped++;
  }

  /** @param {string} code @param {string} message @param {string} [id] */
  problem(code, message, id) {
    this.problems.push({ code, message, ...(id ? { id } : {}) });
  }

  /** @param {Node} node @param {string} before @param {string} after */
  text(node, before, after) {
    if (before.trim() === after.trim()) return;
    this.add({ op: "updated", ...where(node.parentElement), text: short(after), before: short(before), reason: "text changed" });
  }

  /** @param {Element} el @param {string} name @param {string | null} before @param {string | null} after */
  attribute(el, name, before, after) {
    if (isOurs(name)) return;
    this.add({ op: "updated", ...where(el), attr: name, text: short(after), before: short(before), reason: after === null ? `attribute ${name} removed` : `attribute ${name} changed` });
  }

  /** An element outside streams came or went. @param {"inserted" | "deleted"} op @param {Element} el */
  element(op, el) {
    const isPlaceholder = el.parentElement?.getAttribute("phx-update") === "stream";
    const added = isPlaceholder ? "placeholder, no stream item: put in behind the items" : "new element";
    this.add({ op, ...where(el), text: short(el.textContent), reason: op === "inserted" ? added : "no longer in the HTML" });
  }

  /**
   * The message for the server.
   * @param {{root: Element, viewId: string, cause: string, joinRef: string | null, replyRef: string | null, seq: number,
   *          owns(el: Element): boolean}} patch
   */
  message({ root, viewId, cause, joinRef, replyRef, seq, owns }) {
    const containers = all(root, '[phx-update="stream"]').filter(owns).map((el) => describeContainer(el));
    return {
      view: viewId,
      cause,
      seq,
      refs: { join: joinRef, reply: replyRef },
      ops: this.ops,
      ...(this.dropped ? { dropped: this.dropped } : {}),
      containers,
      problems: this.problems,
    };
  }
}

/** How the element is called in a report: id if it has one, tag, the stream item it is in. @param {Element | null} el */
function where(el) {
  if (!el) return {};
  const item = el.closest("[data-phx-stream]");
  return {
    ...(el.id ? { id: el.id } : {}),
    tag: el.localName,
    ...(item && item !== el ? { within: item.id } : {}),
    ...(item ? { stream: item.getAttribute("data-phx-stream") ?? undefined } : {}),
  };
}

/** @param {Element} el */
function describeContainer(el) {
  const children = [...el.children];
  const items = children.filter((child) => child.hasAttribute("data-phx-stream"));
  return {
    id: el.id,
    stream: items[0]?.getAttribute("data-phx-stream") ?? null,
    count: children.length,
    placeholders: children.length - items.length,
    children: children.slice(0, MAX_CHILDREN).map((child) => child.id),
  };
}
