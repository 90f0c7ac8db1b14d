// Sending files: ask whether they may be sent, send them piece by piece on channels of
// their own, tell the view how far each has come.
import { findComponent, isCid } from "./dom.js";
import {
  activeFiles, clearFiles, FILES_UPDATED, filesToPreflight, isAutoUpload, listsRef, noteAsked, preflightEntry, refOf, untrackFile, uploadInputs, UPLOAD_REF,
} from "./files.js";

const noop = () => {};

/** One file on its way. This is what an uploader of the page's own is given. */
export class UploadEntry {
  #view;
  #cancelled = false;
  #done = false;
  #lastProgress = -1;
  #onCancel = noop;
  #onDone = noop;
  /** What the server said about it: a token, or the object for an external uploader. @type {any} */
  meta = null;

  /** @param {any} view @param {HTMLInputElement} input @param {any} file */
  constructor(view, input, file) {
    this.#view = view;
    this.fileEl = input;
    this.file = file;
    this.ref = refOf(file);
    this.autoUpload = isAutoUpload(input);
    input.addEventListener(FILES_UPDATED, this.#updated);
  }

  #updated = () => {
    if (listsRef(this.fileEl, "active", this.ref)) return;
    untrackFile(this.fileEl, this.file);
    this.cancel();
  };

  #finish() {
    this.fileEl.removeEventListener(FILES_UPDATED, this.#updated);
    this.#onDone();
  }

  get view() {
    return this.#view;
  }

  metadata() {
    return this.meta;
  }

  isAutoUpload() {
    return this.autoUpload;
  }

  isCancelled() {
    return this.#cancelled;
  }

  isDone() {
    return this.#done;
  }

  /** Tells the server how far the file has come. @param {number} percent */
  progress(percent) {
    const whole = Math.min(Math.floor(percent), 100);
    if (whole <= this.#lastProgress) return;
    this.#lastProgress = whole;
    if (whole < 100) return void this.#push(whole);
    this.#done = true;
    this.#push(100, () => {
      untrackFile(this.fileEl, this.file);
      this.#finish();
    });
  }

  /** @param {number | {error: string}} progress @param {() => void} [then] */
  #push(progress, then) {
    this.#view.pushes.fileProgress(this.fileEl, this.ref, progress, then);
  }

  cancel() {
    noteAsked(this.file, false);
    this.#cancelled = this.#done = true;
    try {
      this.#onCancel();
    } finally {
      this.#finish();
    }
  }

  /** The file could not be sent. @param {string} [reason] */
  error(reason = "failed") {
    this.fileEl.removeEventListener(FILES_UPDATED, this.#updated);
    this.#push({ error: reason });
    if (!this.autoUpload) clearFiles(this.fileEl);
  }

  /** @param {() => void} callback */
  onCancel(callback) {
    if (this.#cancelled) callback();
    else this.#onCancel = callback;
  }

  /** @param {() => void} callback */
  onDone(callback) {
    this.#onDone = callback;
  }
}

/** Sends one file to our server, a piece at a time; the next goes when one is answered. */
class ChannelUpload {
  #entry;
  #config;
  #latency;
  #channel;
  #offset = 0;
  #failed = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {UploadEntry} entry @param {{chunk_size: number, chunk_timeout: number}} config @param {any} liveSocket */
  constructor(entry, config, liveSocket) {
    this.#entry = entry;
    this.#config = config;
    this.#latency = (/** @type {() => void} */ then) => liveSocket.withLatency(then);
    this.#channel = liveSocket.socket.channel(`lvu:${entry.ref}`, () => ({ token: entry.metadata() }));
  }

  start() {
    this.#channel.on("phx_error", (/** @type {any} */ reason) => this.#fail(reason));
    this.#channel
      .join()
      .receive("ok", () => this.#next())
      .receive("error", (/** @type {any} */ { reason }) => this.#fail(reason));
  }

  /** @param {any} reason */
  #fail(reason) {
    if (this.#failed) return;
    this.#failed = true;
    clearTimeout(this.#timer);
    this.#entry.view.uploads.cancelSubmit(this.#entry.fileEl.form);
    this.#channel.leave();
    // The server knows of a writer's failure, and better than we do.
    if (reason !== "writer_error") this.#entry.error(reason);
  }

  async #next() {
    const { file } = this.#entry;
    const piece = await file.slice(this.#offset, this.#offset + this.#config.chunk_size).arrayBuffer();
    if (!this.#channel.isJoined()) return;
    this.#offset += piece.byteLength;
    this.#channel
      .push("chunk", piece, this.#config.chunk_timeout)
      .receive("ok", () => {
        this.#entry.progress((this.#offset / file.size) * 100);
        if (this.#offset < file.size) this.#timer = setTimeout(() => this.#latency(() => this.#next()));
      })
      .receive("error", (/** @type {any} */ { reason }) => this.#fail(reason));
  }
}

/** @param {UploadEntry[]} entries @param {unknown} _onError @param {any} response @param {any} liveSocket */
function uploadByChannel(entries, _onError, response, liveSocket) {
  for (const entry of entries) new ChannelUpload(entry, response.config, liveSocket).start();
}

/** The files that one input sends at once. */
class Batch {
  #open;
  #done;

  /** @param {any} view @param {HTMLInputElement} input @param {() => void} done */
  constructor(view, input, done) {
    this.entries = filesToPreflight(input).map((file) => new UploadEntry(view, input, file));
    for (const { file } of this.entries) noteAsked(file, true);
    this.#open = this.entries.length;
    this.#done = done;
  }

  cancel() {
    for (const entry of this.entries) if (!entry.isDone()) entry.cancel();
  }

  #settle() {
    if (--this.#open === 0) this.#done();
  }

  /** @param {any} response to the preflight @param {(callback: () => void) => void} onError @param {any} liveSocket */
  start(response, onError, liveSocket) {
    /** @type {Map<string, {upload: any, entries: UploadEntry[]}>} */
    const groups = new Map();
    for (const entry of this.entries) {
      if (entry.isCancelled()) {
        this.#settle();
        continue;
      }
      entry.onDone(() => this.#settle());
      entry.meta = response.entries[entry.ref];
      if (!entry.meta) {
        console.error(`no preflight upload response returned with ref ${entry.ref}`, response);
        continue;
      }
      const name = entry.meta.uploader ?? "channel";
      const upload = entry.meta.uploader ? liveSocket.uploaders[name] : uploadByChannel;
      if (!upload) {
        console.error(`no uploader configured for ${name}`, entry.meta);
        continue;
      }
      const group = groups.get(name) ?? { upload, entries: [] };
      group.entries.push(entry);
      groups.set(name, group);
    }
    for (const { upload, entries } of groups.values()) upload(entries, onError, response, liveSocket);
  }
}

/** The uploads of one view, and the form submits that wait for them. */
export class Uploads {
  #view;
  /** @type {Set<Batch>} */
  #batches = new Set();
  /** @type {Map<HTMLFormElement, {ref: number, event: string | null, submit: () => void}>} */
  #submits = new Map();

  /** @param {any} view */
  constructor(view) {
    this.#view = view;
  }

  cancelAll() {
    for (const batch of this.#batches) batch.cancel();
    this.#batches.clear();
  }

  /** @param {HTMLFormElement} form @param {number} ref of the marks it holds @param {string | null} event @param {() => void} submit */
  scheduleSubmit(form, ref, event, submit) {
    if (!this.#submits.has(form)) this.#submits.set(form, { ref, event, submit });
  }

  /** @param {HTMLFormElement | null} form */
  cancelSubmit(form) {
    const waiting = form && this.#submits.get(form);
    if (!waiting) return;
    this.#submits.delete(form);
    this.#view.pushes.undo(waiting.ref, waiting.event);
  }

  /** @param {HTMLFormElement | null} form */
  triggerSubmit(form) {
    const waiting = form && this.#submits.get(form);
    if (!waiting) return;
    this.cancelSubmit(form);
    waiting.submit();
  }

  /**
   * Sends all files of a form that were not asked about yet.
   * @param {HTMLFormElement} form @param {any} cid @param {() => void} refused the server wants none of an input's
   * @param {() => void} complete
   */
  send(form, cid, refused, complete) {
    const inputs = uploadInputs(form).filter((input) => input.files && activeFiles(input).length > 0);
    let open = inputs.length;
    for (const input of inputs) {
      const batch = new Batch(this.#view, input, () => {
        this.#batches.delete(batch);
        if (--open === 0) complete();
      });
      if (batch.entries.length === 0) {
        open--;
        continue;
      }
      this.#batches.add(batch);
      this.#preflight(input, batch, cid, refused);
    }
  }

  /** @param {HTMLInputElement} input @param {Batch} batch @param {any} cid @param {() => void} refused */
  async #preflight(input, batch, cid, refused) {
    const view = this.#view;
    const joins = view.joinCount;
    const entries = batch.entries.map(({ file }) => preflightEntry(file));
    const result = await view.pushes.send(null, "allow_upload", { ref: input.getAttribute(UPLOAD_REF), entries, cid });
    if (!result.ok) {
      this.#batches.delete(batch);
      console.error(`failed to push upload: ${result.error}`);
      return;
    }
    const { response } = result;
    const answered = response.entries ?? null;
    // Beyond the number that is allowed, files are left out of the answer.
    for (const entry of answered ? batch.entries : []) if (!answered[entry.ref]) refuse(batch, entry.ref);
    if (response.error || Object.keys(answered ?? {}).length === 0) {
      refused();
      for (const [ref] of response.error ?? []) refuse(batch, String(ref));
      this.#batches.delete(batch);
      return;
    }
    const onError = (/** @type {() => void} */ callback) => view.channel.on("phx_error", () => view.joinCount === joins && callback());
    batch.start(response, onError, view.liveSocket);
  }

  /** Gives files of a hook's to the input with the name. @param {any} context an element, a component's number, or null for the view @param {string} name @param {any} files */
  dispatch(context, name, files) {
    const root = isCid(context) ? findComponent(this.#view.id, context) : (context ?? this.#view.el);
    const inputs = uploadInputs(root).filter((input) => input.name === name);
    if (inputs.length === 0) console.error(`no live file inputs found matching the name "${name}"`);
    else if (inputs.length > 1) console.error(`duplicate live file inputs found matching the name "${name}"`, inputs);
    else inputs[0].dispatchEvent(new CustomEvent("track-uploads", { bubbles: true, cancelable: true, detail: { files } }));
  }
}

/** With auto-upload one file is refused, else all that were to go with it. @param {Batch} batch @param {string} ref */
function refuse(batch, ref) {
  const isAuto = batch.entries[0]?.isAutoUpload();
  for (const entry of batch.entries) if (!isAuto || entry.ref === ref) entry.cancel();
}
