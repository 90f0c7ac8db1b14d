// The rules of streams, as decisions: what an insert means, where an element goes, what
// a limit cuts. Nothing here touches the document, so every rule can be tested alone;
// stream_items.js carries them out.
//
// On the wire a stream is [ref, inserts, deletes, reset?]; an insert is
// [id, at, limit, updateOnly]. A batch is a set, not a list of steps. Whatever the order
// in Elixir, the client first takes out what is reset, then what is deleted, and then
// puts in what is inserted. So "insert, then delete" of one id leaves it in the page.

/** @typedef {import("./types.js").StreamOps} StreamOps */
/** @typedef {import("./types.js").StreamInsert} StreamInsert */

/** The inserts of one patch, by id. */
export class StreamBatch {
  /** @type {Map<string, StreamInsert>} */
  #inserts = new Map();

  /**
   * Takes in the streams one after the other: first note the inserts, so that an element
   * taken out is known to come back, then remove.
   * @param {StreamOps[]} streams
   * @param {{reset(ref: string): void, remove(id: string, ref: string): void}} page
   */
  run(streams, page) {
    for (const [ref, inserts, deletes, ...rest] of streams) {
      // The fourth element is there only on a reset; its value does not matter.
      const reset = rest.length > 0;
      // Inserts come newest first, so of one id inserted twice the oldest call's
      // options win (while the HTML is the latest).
      for (const [id, at, limit, updateOnly] of inserts) {
        this.#inserts.set(id, { ref, at, limit, updateOnly: Boolean(updateOnly), reset });
      }
      if (reset) page.reset(ref);
      for (const id of deletes) page.remove(id, ref);
    }
  }

  /** @param {string} id */
  get(id) {
    return id ? this.#inserts.get(id) : undefined;
  }

  ids() {
    return [...this.#inserts.keys()];
  }
}

/**
 * Where a new element is put first, as an index among the children; null means that it
 * is not put in at all.
 * @param {number} at @param {boolean[]} isStreamItem one entry per child already there
 * @returns {number | null}
 */
export function firstIndex(at, isStreamItem) {
  const count = isStreamItem.length;
  if (at === 0) return 0;
  if (at > 0) return Math.min(at, count);
  if (at < -1) return null;
  // At the end, but the end of the items: placeholders stay behind them.
  if (count > 0 && !isStreamItem[count - 1]) return isStreamItem.indexOf(false);
  return count;
}

/**
 * Which of the children a placed element is moved before, as an index among them, which may be
 * its own; `count` stands for the end, null means that it is not moved.
 * @param {number} at @param {number} index the element's own @param {number} count children including it
 * @returns {number | null}
 */
export function moveTarget(at, index, count) {
  if (at < 0) return null;
  if (at === 0) return 0;
  if (at >= count - 1) return count;
  return index > at ? at : at + 1;
}

/**
 * The children a limit cuts off, as a slice [from, to); null if none. A negative limit
 * keeps the last, a positive one the first. Placeholders count.
 * @param {number | null | undefined} limit @param {number} count
 * @returns {[number, number] | null}
 */
export function cut(limit, count) {
  if (limit === null || limit === undefined) return null;
  if (limit < 0) return count > -limit ? [0, count + limit] : null;
  return count > limit ? [limit, count] : null;
}

/** The sign as it is typeset in explanations. @param {number} n */
const number = (n) => (n < 0 ? `−${-n}` : String(n));

/** Plain words for the page and the inspector. */
export const reason = {
  /** @param {StreamInsert} insert @param {number} index @param {number} count */
  inserted({ at }, index, count) {
    if (count === 1) return "new, the only one";
    if (index === count - 1) return at > 0 ? `new, at the end: ${at} is past it` : "new, at the end";
    if (index === 0) return "new, at the front";
    return at === -1 ? "new, after the last item, before the placeholder" : `new, at index ${index}`;
  },
  /** @param {StreamInsert} insert @param {number} index @param {number | undefined} before */
  restored(insert, index, before) {
    if (insert.reset) return index === before ? "kept by reset: the same element" : "kept by reset: the same element, reordered";
    return `moved: deleted and inserted in one batch, so taken out and put in at index ${index}`;
  },
  /** @param {StreamInsert} insert */
  updated({ at }) {
    return at === -1 ? "updated in place" : `updated in place: at ${number(at)} does not move what is already there`;
  },
  /** @param {number} limit @param {boolean} isItem */
  pruned(limit, isItem) {
    const count = Math.abs(limit) === 1 ? "one" : Math.abs(limit);
    const kept = limit === 0 ? "nothing" : `the ${limit < 0 ? "last" : "first"} ${count}`;
    return `pruned: limit ${number(limit)} keeps ${kept}${isItem ? "" : ", and a placeholder counts too"}`;
  },
  updateOnly: "ignored by update_only: not on the page",
  /** @param {number} at */
  noPosition: (at) => `ignored: at ${number(at)} is not a position`,
  deleted: "deleted",
  reset: "removed by reset",
  notFound: "delete ignored: no element has this id",
  join: "removed on join",
  rejoined: "kept on join: it was in the page already",
};
