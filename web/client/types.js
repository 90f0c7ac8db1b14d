// The shapes that pass between the modules. Nothing here runs.

/**
 * A frame: `[join_ref, ref, topic, event, payload]`.
 * @typedef {object} Message
 * @property {string | null} joinRef the join the frame belongs to
 * @property {string | null} ref set if a reply is wanted, or by the reply
 * @property {string} topic
 * @property {string} event
 * @property {any} payload
 */

/**
 * A node of the rendered tree. Numbered keys hold the dynamics.
 * @typedef {Record<string, any> & {s?: any, k?: any, r?: 1, p?: Record<string, string[]>, stream?: StreamOps,
 *   magicId?: string, newRender?: boolean, reset?: boolean}} Tree
 */

/**
 * A tree, whole or partial, with what comes along at the top.
 * @typedef {Tree & {c?: Record<string, Tree>, e?: [string, any, boolean?][], r?: any, t?: string}} Diff
 */

/**
 * Operations of a stream on the wire: ref, inserts newest first, deleted ids; a fourth
 * element, of any value, resets the stream.
 * @typedef {[string, [string, number, number | null, (boolean | null)?][], string[], true?]} StreamOps
 */

/**
 * One insert, as the patch uses it.
 * @typedef {object} StreamInsert
 * @property {string} ref of the stream
 * @property {number} at
 * @property {number | null} limit
 * @property {boolean} updateOnly
 * @property {boolean} reset whether the same batch resets the stream
 */

/**
 * What morph.js asks while it turns one tree into another.
 * @typedef {object} MorphRules
 * @property {boolean} childrenOnly leave the root element itself alone
 * @property {boolean} keyedRoot a root with another key is another element
 * @property {(node: Node) => string | null} key
 * @property {(el: Element) => boolean} matchByKeyOnly
 * @property {(parent: Element, child: any) => void} add
 * @property {(node: Node) => any} beforeAdd the node to add, or null for none
 * @property {(node: Node) => void} added
 * @property {(from: Element, to: Element) => Element | null} beforeUpdate the element to morph, or null
 * @property {(el: Element) => void} updated
 * @property {(node: Node) => boolean} beforeDiscard
 * @property {(node: Node) => void} discarded
 * @property {(node: Node, before: string, after: string) => void} [textChanged]
 * @property {(el: Element, name: string, before: string | null, after: string | null) => void} [attributeChanged]
 */

/**
 * @typedef {object} PatchOptions
 * @property {boolean} [join] the first patch of a join
 * @property {number} [cid] patch this component only
 * @property {boolean} [withRoot] patch the container too, not only its children
 * @property {number} [undoRef] the ref acknowledged, when a locked element's twin is put in
 * @property {import("./report.js").Report | null} [report]
 */

/**
 * What a patch tells its view.
 * @typedef {object} PatchListener
 * @property {(node: Node) => void} added
 * @property {(from: Element, to: Element) => void} beforeUpdate
 * @property {(el: Element) => void} updated
 * @property {(el: Element) => void} nestedViewAdded
 * @property {(el: Element) => void} discarded
 * @property {(els: Element[]) => void} removedLater
 */

/**
 * @typedef {{ok: true, response: any, reply: any, ref: number | null} | {ok: false, error: string}} PushResult
 */

/**
 * @typedef {object} SocketOptions
 * @property {Record<string, any> | ((el?: Element) => Record<string, any>)} [params]
 * @property {string | (() => string)} [authToken]
 * @property {number} [timeout] of joins and pushes, in milliseconds
 * @property {number} [heartbeatIntervalMs]
 * @property {(tries: number) => number} [reconnectAfterMs]
 * @property {(tries: number) => number} [rejoinAfterMs]
 */

/**
 * Options of LiveSocket, as in the official client, `report`, and `prefix`: the path that
 * the pages are served below without their views knowing (see place.js).
 * @typedef {SocketOptions & {
 *   bindingPrefix?: string,
 *   hooks?: Record<string, any>,
 *   uploaders?: Record<string, (entries: any[], onError: (callback: () => void) => void, response: any, liveSocket: any) => void>,
 *   metadata?: Record<string, (e: any, el: any) => object>,
 *   dom?: Record<string, any>,
 *   defaults?: {debounce?: number, throttle?: number},
 *   loaderTimeout?: number,
 *   disconnectedTimeout?: number,
 *   maxReloads?: number,
 *   reloadJitterMin?: number,
 *   reloadJitterMax?: number,
 *   failsafeJitter?: number,
 *   blockPhxChangeWhileComposing?: boolean,
 *   cascadePhxRemoveOnNavigation?: boolean,
 *   viewLogger?: (view: any, kind: string, message: string, about: unknown) => void,
 *   localStorage?: any,
 *   sessionStorage?: any,
 *   prefix?: string,
 *   report?: boolean
 * }} LiveSocketOptions
 */

// The report ---------------------------------------------------------------------------
//
// With `report: true`, or <meta name="lv-report" content="true"> in the page, the client
// sends after each patch, on the view's topic and without asking for a reply,
//
//     [join_ref, null, "lv:phx-…", "lvp:dom", DomReport]
//
// and dispatches the same object as detail of "lvp:patched" on the document. A patch that
// changed nothing is reported only if it is that of a join.

/**
 * One thing that happened to one element.
 *
 * | op              | meaning |
 * | --------------- | ------- |
 * | inserted        | a new element; for a stream item with `at`, `limit` and the `index` where it is |
 * | updated         | an element was there: a stream item updated in place, or a text or attribute (`attr`) that changed from `before` to `text` |
 * | moved           | a stream item taken out and put back at another `index` (`from` where it was) |
 * | kept            | a stream item sent again by a reset or a join: the same element, by a reset at the same `index` |
 * | deleted         | removed, by a delete, by a reset, or since the HTML no longer has it |
 * | pruned          | removed by a limit |
 * | ignored         | nothing happened: update_only for an id not there, a delete for an id not there, at below −1 |
 * | removed_on_join | was in the HTML page or the view before, and the join did not send it again |
 * | reset           | a stream was reset; one such op per reset, before those of its items |
 *
 * @typedef {object} PatchOp
 * @property {"inserted" | "updated" | "moved" | "kept" | "deleted" | "pruned" | "ignored" | "removed_on_join" | "reset"} op
 * @property {string} reason in plain words, such as "new, at the end"
 * @property {string} [id] of the element
 * @property {string} [tag] of an element that is no stream item
 * @property {string} [within] id of the stream item the element is inside of
 * @property {string} [stream] the stream's ref
 * @property {number} [at] as sent
 * @property {number | null} [limit] as sent
 * @property {number} [index] among the container's children, from 0
 * @property {number} [from] the index before
 * @property {string} [attr] the attribute that changed
 * @property {string} [text] the text or attribute value now, shortened
 * @property {string} [before] the text or attribute value before, shortened
 */

/**
 * A stream container after the patch.
 * @typedef {object} ContainerState
 * @property {string} id
 * @property {string | null} stream the ref of its items, if it has any
 * @property {number} count of children
 * @property {number} placeholders children that are no stream items
 * @property {string[]} children their ids in order, the first 500
 */

/**
 * A breach of the contract between template and client.
 * Codes: `delete-not-found` (no element has the deleted id), `invalid-stream-container`
 * (the parent has no phx-update="stream"), `placeholder-without-id` (removed).
 * @typedef {{code: string, message: string, id?: string}} ContractProblem
 */

/**
 * @typedef {object} DomReport
 * @property {string} view the id of the view's element
 * @property {"join" | "diff" | "reply" | "ack"} cause what brought the patch: the join, a diff, the reply to an event,
 *   or the unlocking of an element that was patched while its event was under way
 * @property {number} seq counts the view's reports
 * @property {{join: string | null, reply: string | null}} refs of the join, and of the frame the patch answers
 * @property {PatchOp[]} ops at most 400
 * @property {number} [dropped] how many ops are left out
 * @property {ContainerState[]} containers
 * @property {ContractProblem[]} problems
 */

export {};
