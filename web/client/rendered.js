// The client's copy of what the server rendered.
//
// A live view sends its page once as a tree: the literal parts of each template
// ("statics", key "s") and, numbered from 0, the values between them. After that
// it sends only the numbers that changed. This file keeps the tree, merges
// diffs into it, and turns it into HTML. It knows nothing of the document.
//
// Keys on the wire: s statics · k keyed entries of a `for` · kc their count ·
// km "some entries moved" · c components by cid · p shared statics of this message ·
// r root flag in a node, reply at the top · e events · t title · stream operations.

/** @typedef {import("./types.js").Tree} Tree */
/** @typedef {import("./types.js").Diff} Diff */
/** @typedef {import("./types.js").StreamOps} StreamOps */

/** @param {unknown} value @returns {value is Record<string, any>} */
export const isObject = (value) =>
  value !== null && typeof value === "object" && !Array.isArray(value);

/**
 * Takes events, reply and title off a diff; what remains is the tree part.
 * @param {Diff} raw
 */
export function extract(raw) {
  const { r, e, t, ...diff } = raw;
  return { diff, reply: r ?? null, events: e ?? [], title: t };
}

/** @param {any} value @returns {any} */
const deepClone = (value) => structuredClone(value);

/** True if the diff touches components only: then their elements are patched one by one. @param {Diff} diff */
export const isComponentOnly = (diff) => diff.c !== undefined && Object.keys(diff).length === 1;

/** @param {Diff} diff @returns {number[]} */
export const componentCids = (diff) => Object.keys(diff.c ?? {}).map(Number);

/**
 * Merges `source` into `target` and returns the result. A node that brings its
 * own statics is a different template, so it replaces what was there.
 * @param {Tree} target @param {Tree} source @returns {Tree}
 */
export function merge(target, source) {
  if (source.s !== undefined) return source;
  mergeInto(target, source);
  return target;
}

/** @param {Tree} target @param {Tree} source */
function mergeInto(target, source) {
  if (source.k) mergeKeyed(target, source);
  else {
    for (const [key, value] of Object.entries(source)) {
      if (isObject(value) && value.s === undefined && isObject(target[key])) mergeInto(target[key], value);
      else target[key] = value;
    }
  }
  // Something below this root changed, so its HTML may not be skipped next time.
  if (target.r) target.newRender = true;
}

/**
 * Entries are known by position. A number means "what stood there before", a pair
 * "what stood there, with these changes"; both read old positions, so these are
 * copied before any is overwritten.
 * @param {Tree} target @param {Tree} source
 */
export function mergeKeyed(target, source) {
  const before = source.k.km ? deepClone(target.k) : null;
  for (const [position, entry] of Object.entries(source.k)) {
    if (position === "kc" || position === "km") continue;
    if (Array.isArray(entry)) {
      target.k[position] = before[entry[0]];
      mergeInto(target.k[position], entry[1]);
    } else if (typeof entry === "number") {
      target.k[position] = before[entry];
    } else {
      target.k[position] ??= {};
      mergeInto(target.k[position], entry);
    }
  }
  for (let i = source.k.kc; i < target.k.kc; i++) delete target.k[i];
  target.k.kc = source.k.kc;
  if (source.stream) target.stream = source.stream;
  if (source.p) target.p = source.p;
}

/**
 * Like merge, but leaves `target` alone. With `forget`, the copy belongs to another
 * component, so the ids by which the original is known are dropped.
 * @param {Tree} target @param {Tree} source @param {boolean} forget @returns {Tree}
 */
function cloneMerge(target, source, forget) {
  /** @type {Tree} */
  let merged;
  if (source.k) {
    merged = deepClone(target);
    mergeKeyed(merged, source);
    if (forget) forgetIds(merged);
  } else {
    merged = { ...target, ...source };
    for (const key of Object.keys(merged)) {
      const value = source[key];
      if (!isObject(target[key])) continue;
      if (isObject(value) && value.s === undefined) merged[key] = cloneMerge(target[key], value, forget);
      else if (value === undefined) merged[key] = cloneMerge(target[key], {}, forget);
    }
  }
  if (forget) {
    delete merged.magicId;
    delete merged.newRender;
  } else if (target.r) merged.newRender = true;
  return merged;
}

/** @param {Tree} node */
function forgetIds(node) {
  for (const value of Object.values(node)) if (isObject(value)) forgetIds(value);
  delete node.magicId;
  delete node.newRender;
}

/** The tree of one view: merge diffs in, take HTML and stream operations out. */
export class Rendered {
  #viewId;
  #magic = 0;
  /** @type {Tree} */
  #tree = {};

  /** @param {string} viewId @param {Diff} joined the tree of the join reply */
  constructor(viewId, joined) {
    this.#viewId = viewId;
    this.merge(joined);
  }

  /** The tree itself, for tests and the curious. */
  get tree() {
    return this.#tree;
  }

  /** @param {Diff} diff */
  merge(diff) {
    const { c: fresh, ...rest } = diff;
    const known = this.#tree.c ?? {};
    this.#tree = merge(this.#tree, rest);
    this.#tree.c = known;
    if (!fresh) return;
    /** @type {Record<string, Tree>} */
    const done = {};
    for (const cid of Object.keys(fresh)) this.#resolve(cid, fresh, known, done);
    Object.assign(known, done);
  }

  /**
   * A component's statics may be borrowed: `s: 3` from component 3 of this message,
   * `s: -3` from component 3 as it was before.
   * @param {string} cid @param {Record<string, Tree>} fresh @param {Record<string, Tree>} known
   * @param {Record<string, Tree>} done @returns {Tree}
   */
  #resolve(cid, fresh, known, done) {
    if (done[cid]) return done[cid];
    const diff = fresh[cid];
    let tree;
    if (typeof diff.s === "number") {
      const lender = diff.s > 0 ? this.#resolve(String(diff.s), fresh, known, done) : known[-diff.s];
      tree = cloneMerge(lender, diff, true);
      tree.s = lender.s;
    } else if (diff.s !== undefined || known[cid] === undefined) tree = diff;
    else tree = cloneMerge(known[cid], diff, false);
    return (done[cid] = tree);
  }

  /** The server may send this component again in full, so do not skip its HTML then. @param {number} cid */
  resetRender(cid) {
    if (this.#tree.c[cid]) this.#tree.c[cid].reset = true;
  }

  /** Forgets components that the server has destroyed. @param {number[]} cids */
  pruneCids(cids) {
    for (const cid of cids) delete this.#tree.c[cid];
  }

  /**
   * HTML of the whole view. Components not in `cids` (when given) are unchanged and
   * come as empty tags marked data-phx-skip.
   * @param {number[] | null} cids
   * @returns {{html: string, streams: StreamOps[]}}
   */
  toHTML(cids = null) {
    const out = new Output(cids && new Set(cids));
    const html = this.#node(this.#tree, null, out, true, {});
    return { html, streams: out.streams };
  }

  /** HTML of one component. @param {number} cid @returns {{html: string, streams: StreamOps[]}} */
  componentToHTML(cid) {
    const out = new Output(null);
    return { html: changeRoot(this.#component(cid, out), {}).tag, streams: out.streams };
  }

  /**
   * @param {Tree} node @param {Record<string, string[]> | null} templates @param {Output} out
   * @param {boolean} tracking whether unchanged roots may be skipped
   * @param {Record<string, any>} rootAttrs @returns {string}
   */
  #node(node, templates, out, tracking, rootAttrs = {}) {
    if (node.k) return this.#keyed(node, templates, out, tracking);
    if (node.p) {
      templates = node.p;
      delete node.p;
    }
    // Shared statics live as long as the message, so they are written into the node.
    if (typeof node.s === "number") node.s = /** @type {any} */ (templates)[node.s];
    if (tracking && node.r && !node.magicId) {
      node.newRender = true;
      node.magicId = `m${++this.#magic}-${this.#viewId}`;
    }
    const html = this.#between(node.s, node, templates, out, tracking);
    if (!node.r) return html;

    const skip = tracking && !node.newRender;
    /** @type {Record<string, any>} */
    const attrs = tracking || node.magicId ? { "data-phx-id": node.magicId, ...rootAttrs } : { ...rootAttrs };
    if (skip) attrs["data-phx-skip"] = true;
    node.newRender = false;
    const { before, tag, after } = changeRoot(html, attrs, skip);
    return before + tag + after;
  }

  /**
   * @param {Tree} node @param {Record<string, string[]> | null} templates
   * @param {Output} out @param {boolean} tracking
   */
  #keyed(node, templates, out, tracking) {
    // A comprehension brings its own table when it was sent inside a component.
    const inner = templates ?? node.p ?? null;
    if (typeof node.s === "number") node.s = /** @type {any} */ (inner)[node.s];
    delete node.p;
    let html = "";
    for (let i = 0; i < node.k.kc; i++) html += this.#between(node.s, node.k[i], inner, out, tracking);
    if (node.stream) {
      const [, , deletes, reset] = node.stream;
      // The items go to the document and nowhere else: this is all a stream is.
      if (node.k.kc > 0 || deletes.length > 0 || reset) {
        out.addStream(node.stream);
        delete node.stream;
        node.k = { kc: 0 };
      }
    }
    return html;
  }

  /**
   * @param {string[]} statics @param {Tree} values @param {Record<string, string[]> | null} templates
   * @param {Output} out @param {boolean} tracking
   */
  #between(statics, values, templates, out, tracking) {
    let html = statics[0];
    for (let i = 1; i < statics.length; i++) {
      const value = values[i - 1];
      // A number is always a component; numbers to show arrive as strings.
      if (typeof value === "number") html += this.#component(value, out);
      else if (isObject(value)) html += this.#node(/** @type {Tree} */ (value), templates, out, tracking);
      else html += value;
      html += statics[i];
    }
    return html;
  }

  /** @param {number} cid @param {Output} out @returns {string} */
  #component(cid, out) {
    const component = this.#tree.c[cid];
    if (!component) throw new Error(`the server sent no component with cid ${cid}`);
    component.newRender = !(out.onlyCids && !out.onlyCids.has(cid));
    component.magicId = `c${cid}-${this.#viewId}`;
    const tracking = !component.reset;
    const html = this.#node(component, null, out, tracking, {
      "data-phx-component": cid,
      "data-phx-view": this.#viewId,
    });
    delete component.reset;
    return html;
  }
}

/** What one walk over the tree collects beside the HTML. */
class Output {
  /** @param {Set<number> | null} onlyCids */
  constructor(onlyCids) {
    this.onlyCids = onlyCids;
    /** @type {StreamOps[]} */
    this.streams = [];
  }

  /** @param {StreamOps} ops */
  addStream(ops) {
    this.streams.push(ops);
  }
}

const VOID = new Set("area base br col command embed hr img input keygen link meta param source track wbr".split(" "));

/**
 * Adds attributes to the first tag of `html`; with `empty` the tag keeps its id only
 * and loses its content. Whitespace and comments around the tag are returned apart.
 * @param {string} html @param {Record<string, any>} attrs @param {boolean} [empty]
 */
export function changeRoot(html, attrs, empty = false) {
  const open = /^(\s*(?:<!--.*?-->\s*)*)<([^\s/>]+)/.exec(html);
  if (!open) throw new Error(`a component must start with a tag, got: ${html.slice(0, 80)}`);
  const [all, before, name] = open;
  const trail = /(?:\s|<!--(?:(?!-->)[^])*-->)*$/.exec(html);
  const end = trail ? trail.index : html.length;
  const added = Object.entries(attrs).map(([key, value]) => (value === true ? ` ${key}` : ` ${key}="${value}"`)).join("");
  const after = html.slice(end);
  if (!empty) return { before, tag: `<${name}${added}${html.slice(all.length, end)}`, after };
  // Attribute values may hold ">", so the tag is read attribute by attribute.
  const head = /^(?:\s+[^\s=>"']+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'>]+))?)*/.exec(html.slice(all.length));
  const id = head && /\sid=(?:"([^"]*)"|'([^']*)')/.exec(head[0]);
  const idAttr = id ? ` id="${id[1] ?? id[2]}"` : "";
  const tag = VOID.has(name) ? `<${name}${idAttr}${added}/>` : `<${name}${idAttr}${added}></${name}>`;
  return { before, tag, after };
}
