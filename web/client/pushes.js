// What a view sends to the server: events of clicks, keys, forms and hooks.
import { here } from "./place.js";
import { mark, undo, whenUnlocked } from "./acks.js";
import * as data from "./element_data.js";
import { componentId, isCid } from "./dom.js";
import { awaitsPreflight, filesToPreflight, hasUploadErrors, isAutoUpload, isUploading, isUploadInput, serializeUploads, trackFiles, UPLOAD_REF } from "./files.js";
import { disableForm, markSubmitted, serializeForm } from "./forms.js";

/** @typedef {import("./types.js").PushResult} PushResult */

const PUSH_TIMEOUT = 30_000;

/** The pushes of one view. */
export class Pushes {
  #view;

  /** @param {any} view */
  constructor(view) {
    this.#view = view;
  }

  get #binding() {
    return this.#view.liveSocket.binding;
  }

  /**
   * Sends a frame and settles when the reply's diff, if any, has been applied.
   * @param {(() => number) | null} marker marks elements as busy and returns the ack ref
   * @param {string} event @param {any} payload @param {{page_loading?: boolean, el?: any}} [opts]
   * @returns {Promise<PushResult>}
   */
  async send(marker, event, payload, opts = {}) {
    const view = this.#view;
    const { liveSocket } = view;
    if (!view.isConnected()) return { ok: false, error: "no connection" };
    const ref = marker ? marker() : null;
    const joins = view.joinCount;
    const stopLoading = opts.page_loading ? liveSocket.pageLoading({ kind: "element", target: opts.el }) : () => {};
    if (typeof payload.cid !== "number") delete payload.cid;
    return new Promise((resolve) => {
      liveSocket.withLatency(() => {
        if (view.isDestroyed) return;
        const push = view.channel.push(event, payload, PUSH_TIMEOUT);
        push.receive("ok", (/** @type {any} */ response, /** @type {string} */ frameRef) => {
          liveSocket.withLatency(() => {
            if (!view.isDestroyed) view.answered(ref, payload.event ?? null, response, frameRef, (/** @type {any} */ reply) => {
              stopLoading();
              resolve({ ok: true, response, reply, ref });
            });
          });
        });
        push.receive("error", (/** @type {any} */ reason) => {
          stopLoading();
          resolve({ ok: false, error: `failed with reason: ${JSON.stringify(reason)}` });
        });
        push.receive("timeout", () => {
          stopLoading();
          resolve({ ok: false, error: "push timeout" });
          if (view.joinCount === joins) liveSocket.reloadWithJitter(view);
        });
      });
    });
  }

  /**
   * A click, a key, a focus, or a push from JavaScript.
   * @param {string | null} kind @param {any} el @param {any} context @param {string} event
   * @param {any} meta @param {any} [opts] @param {(reply: any) => void} [onReply]
   */
  async event(kind, el, context, event, meta, opts = {}, onReply) {
    const payload = { type: kind, event, value: this.#values(el, meta, opts.value), cid: this.#cid(el, context, opts) };
    const marker = () => mark(this.#view, [{ el, loading: true, lock: true }], event, kind ?? "null", { ...opts, payload });
    this.#done(await this.send(marker, "event", payload, { ...opts, el }), ({ reply }) => onReply?.(reply));
  }

  /**
   * @param {any} el @param {any} context @param {string} event @param {any} value
   * @returns {Promise<{reply: any, ref: number}>}
   */
  async hook(el, context, event, value) {
    const view = this.#view;
    if (!view.isConnected()) throw new Error("unable to push hook event. LiveView not connected");
    const marker = () => mark(view, [{ el, loading: true, lock: true }], event, "hook", { payload: value, target: context });
    const result = await this.send(marker, "event", { type: "hook", event, value, cid: this.closestComponent(context) });
    if (!result.ok) throw new Error(`Failed to push hook event: ${result.error}`);
    return { reply: result.reply, ref: /** @type {number} */ (result.ref) };
  }

  /**
   * A form change.
   * @param {any} input @param {any} context @param {any} forcedCid @param {string} event @param {any} opts
   * @param {(response: any) => void} [callback]
   */
  async input(input, context, forcedCid, event, opts, callback) {
    const { form } = input;
    if (!form) throw new Error("form events require the input to be inside a form");
    const binding = this.#binding;
    const only = input.getAttribute(binding("change")) ? [input.name] : undefined;
    if (isUploadInput(input) && input.files && input.files.length > 0) trackFiles(input, [...input.files]);
    const payload = {
      type: "form",
      event,
      value: serializeForm(form, { submitter: input instanceof HTMLButtonElement ? input : undefined, binding, only }),
      // Old servers were sent the text "undefined", and the key has stayed.
      meta: { _target: opts._target || "undefined", ...this.#values(form, {}, opts.value) },
      uploads: serializeUploads(input),
      cid: isCid(forcedCid) ? forcedCid : this.#cid(form, context, opts),
    };
    const both = [{ el: input, loading: true, lock: true }, { el: form, loading: true, lock: true }];
    const marker = () => mark(this.#view, both, event, "change", { ...opts, payload });
    const result = await this.send(marker, "event", payload, { ...opts, el: input });
    this.#done(result, ({ response }) => {
      if (isUploadInput(input) && isAutoUpload(input)) whenUnlocked(input, () => this.#autoUpload(input, payload, marker, () => callback?.(response)));
      else callback?.(response);
    });
  }

  /** Files go as soon as they are chosen; the form is busy meanwhile. @param {any} input @param {any} payload @param {() => number} marker @param {() => void} callback */
  #autoUpload(input, { event, cid }, marker, callback) {
    if (filesToPreflight(input).length === 0) return;
    const { form } = input;
    const ref = marker();
    undo(this.#view, ref, event, [form]);
    const { uploads } = this.#view;
    uploads.send(form, cid, () => this.undo(ref, event), () => {
      callback();
      uploads.triggerSubmit(form);
      this.undo(ref, event);
    });
  }

  /**
   * Tells the server how far a file has come, or that it will not.
   * @param {any} input @param {string} entryRef @param {number | {error: string}} progress @param {() => void} [then]
   */
  async fileProgress(input, entryRef, progress, then) {
    const view = this.#view.liveSocket.owner(input.form);
    if (!view) return;
    const payload = {
      event: input.getAttribute(this.#binding("progress")),
      ref: input.getAttribute(UPLOAD_REF),
      entry_ref: entryRef,
      progress,
      cid: view.pushes.cidFor(input.form, input.form),
    };
    this.#done(await view.pushes.send(null, "progress", payload), () => then?.());
  }

  /**
   * @param {any} form @param {any} context @param {string} event @param {any} submitter @param {any} [opts]
   */
  async submit(form, context, event, submitter, opts = {}) {
    const { liveSocket } = this.#view;
    markSubmitted(form);
    liveSocket.blurActiveElement();
    // For phx-trigger-action, which submits the form once more, natively.
    data.set(form, "submitter", submitter);
    const { uploads } = this.#view;
    const binding = this.#binding;
    const cid = this.#cid(form, context, {});
    const marker = (/** @type {any} */ payload = undefined) =>
      mark(this.#view, disableForm(form, binding), event, "submit", { ...opts, form, submitter, payload });
    const send = async (/** @type {number | null} */ ref) => {
      const payload = { type: "form", event, value: serializeForm(form, { submitter, binding }), meta: this.#values(form, {}, opts.value), cid };
      const result = await this.send(() => ref ?? marker(payload), "event", payload, { ...opts, el: form });
      this.#done(result, () => liveSocket.restoreActiveElement());
    };
    if (hasUploadErrors(form)) return uploads.cancelSubmit(form);
    if (isUploading(form)) return uploads.scheduleSubmit(form, marker(), event, () => this.submit(form, context, event, submitter, opts));
    if (awaitsPreflight(form)) {
      const ref = marker();
      const giveUp = () => this.undo(ref, event);
      return uploads.send(form, cid, giveUp, () => (awaitsPreflight(form) ? giveUp() : send(ref)));
    }
    if (form.hasAttribute("data-phx-ref-src") && form.classList.contains("phx-submit-loading")) return;
    await send(null);
  }

  /**
   * A patch link: the server handles the new address, the view stays.
   * @param {Event} event @param {string} href @param {any} el @param {((linkRef: number) => void) | null} callback
   */
  async link(event, href, el, callback) {
    const view = this.#view;
    const { navigation } = view.liveSocket;
    const linkRef = navigation.begin(href);
    const loading = event.isTrusted && event.type !== "popstate";
    const marker = el ? () => mark(view, [{ el, loading, lock: true }], null, "click") : null;
    const url = href.startsWith("/") ? `${location.protocol}//${location.host}${href}` : href;
    const result = await this.send(marker, "live_patch", { url });
    if (!result.ok) return navigation.load(here().href);
    view.liveSocket.requestDOMUpdate(() => {
      if (result.response.link_redirect) navigation.replaceMain(href, null, callback, linkRef);
      else if (!result.response.redirect) {
        if (navigation.commit(linkRef)) view.href = href;
        view.applyPendingDiffs();
        callback?.(linkRef);
      }
    });
  }

  /** @param {PushResult} result @param {(result: Extract<PushResult, {ok: true}>) => void} then */
  #done(result, then) {
    if (result.ok) then(result);
    else console.error(`push failed: ${result.error}`);
  }

  /** Undoes what a push has marked. @param {number} ref @param {string | null} event */
  undo(ref, event) {
    undo(this.#view, ref, event);
  }

  /**
   * The value of an event: metadata, then phx-value-*, then the element's own value, then
   * what JS.push was given.
   * @param {any} el @param {any} meta @param {any} value
   */
  #values(el, meta, value) {
    const prefix = this.#binding("value-");
    const values = meta ?? {};
    for (const { name, value: text } of el.attributes) if (name.startsWith(prefix)) values[name.slice(prefix.length)] = text;
    if (el.value !== undefined && !(el instanceof HTMLFormElement)) {
      values.value = el.value;
      if (el.tagName === "INPUT" && ["checkbox", "radio"].includes(el.type) && !el.checked) delete values.value;
    }
    return Object.assign(values, value);
  }

  /** @param {any} el @param {any} context @param {any} opts @returns {number | null | undefined} */
  #cid(el, context, opts) {
    if (isCid(context)) return Number(context);
    const target = opts.target || el.getAttribute(this.#binding("target"));
    if (isCid(target)) return Number(target);
    return context && target !== null ? this.closestComponent(context) : null;
  }

  /** For form recovery, where the form is not in the page yet. @param {any} form @param {any} context */
  cidFor(form, context) {
    return this.#cid(form, context, {});
  }

  /** @param {any} context @returns {number | null | undefined} */
  closestComponent(context) {
    if (isCid(context)) return Number(context);
    const el = context?.closest("[data-phx-component],[data-phx-teleported-src]");
    if (!el) return null;
    if (el.hasAttribute("data-phx-component")) return this.#view.owns(el) ? componentId(el) : null;
    return this.closestComponent(document.getElementById(el.getAttribute("data-phx-teleported-src")));
  }
}
