// The files chosen in an upload input, and what the server thinks of them.
//
// The input itself cannot be relied on: choosing twice in a "multiple" input replaces its
// files. So the files are remembered beside it, and the server's lists of references in
// data-phx-active-refs and its like say which of them still count.
import { all } from "./dom.js";
import * as data from "./element_data.js";

export const UPLOAD_REF = "data-phx-upload-ref";
/** Dispatched on an upload input whose lists of references may have changed. */
export const FILES_UPDATED = "phx:live-file:updated";

let nextRef = 0;
/** @type {WeakMap<Blob, string>} */
const refs = new WeakMap();
/** Files the server was asked about and has not answered yet. @type {WeakSet<Blob>} */
const asked = new WeakSet();

/** The file's reference, made when it is first asked for. @param {Blob} file @returns {string} */
export function refOf(file) {
  const known = refs.get(file);
  if (known !== undefined) return known;
  const ref = String(nextRef++);
  refs.set(file, ref);
  return ref;
}

/** @param {any} el @returns {el is HTMLInputElement} */
export const isUploadInput = (el) => el instanceof HTMLInputElement && el.type === "file" && el.hasAttribute(UPLOAD_REF);

/** @param {Element} input */
export const isAutoUpload = (input) => input.hasAttribute("data-phx-auto-upload");

/** The upload inputs inside an element, and those a form has elsewhere. @param {any} root @returns {HTMLInputElement[]} */
export function uploadInputs(root) {
  const selector = `input[type="file"][${UPLOAD_REF}]`;
  const outside = root.id ? all(document, `${selector}[form="${CSS.escape(root.id)}"]`) : [];
  return [...all(root, selector), ...outside.filter((input) => !root.contains(input))];
}

/** @param {Element} input @param {"active" | "done" | "preflighted" | "error"} kind @returns {string} as written: comma separated */
export const refList = (input, kind) => input.getAttribute(`data-phx-${kind}-refs`) ?? "";

/** @param {Element} input @param {"active" | "done" | "preflighted" | "error"} kind @param {string} ref */
export const listsRef = (input, kind, ref) => refList(input, kind).split(",").includes(ref);

/** @param {Element} input @returns {any[]} */
const tracked = (input) => data.get(input, "files") ?? [];

/** New files count until the server says otherwise; empty ones never do. @param {Element} input @param {any} file */
function isActive(input, file) {
  const ref = refs.get(file);
  return file.size > 0 && (ref === undefined || listsRef(input, "active", ref));
}

/** @param {Element} input @returns {any[]} */
export const activeFiles = (input) => tracked(input).filter((file) => isActive(input, file));

/** @param {Element} input @returns {any[]} */
export const filesToPreflight = (input) =>
  activeFiles(input).filter((file) => !asked.has(file) && !listsRef(input, "preflighted", refOf(file)));

/** @param {any} form */
export const awaitsPreflight = (form) => uploadInputs(form).some((input) => filesToPreflight(input).length > 0);

/** @param {any} form */
export const isUploading = (form) => uploadInputs(form).some((input) => refList(input, "preflighted") !== refList(input, "done"));

/** @param {any} form */
export const hasUploadErrors = (form) => uploadInputs(form).some((input) => refList(input, "error") !== "");

/** @param {Blob} file @param {boolean} isAsked */
export function noteAsked(file, isAsked) {
  if (isAsked) asked.add(file);
  else asked.delete(file);
}

/**
 * Remembers files that were chosen, dropped, or given by a hook.
 * @param {HTMLInputElement} input @param {any[]} files @param {DataTransfer | null} [dropped]
 */
export function trackFiles(input, files, dropped) {
  if (input.multiple) {
    const known = activeFiles(input);
    data.set(input, "files", [...tracked(input), ...files.filter((file) => !known.includes(file))]);
    input.value = "";
    return;
  }
  if (dropped && dropped.files.length > 0) input.files = dropped.files;
  data.set(input, "files", files);
}

/** @param {Element} input @param {Blob} file */
export const untrackFile = (input, file) => data.set(input, "files", tracked(input).filter((other) => other !== file));

/** The input is as if nothing had been chosen, and no upload input until the next patch. @param {HTMLInputElement} input */
export function clearFiles(input) {
  input.value = "";
  input.removeAttribute(UPLOAD_REF);
  data.set(input, "files", []);
}

/** What the server is told of a file. @param {any} file */
const describe = (file) => ({
  ref: refOf(file),
  last_modified: file.lastModified,
  relative_path: file.webkitRelativePath,
  type: file.type,
  size: file.size,
  ...(typeof file.meta === "function" ? { meta: file.meta() } : {}),
});

/** The files of an input as a change event tells of them. @param {any} input @returns {Record<string, any[]>} */
export function serializeUploads(input) {
  const ref = input.getAttribute?.(UPLOAD_REF);
  const files = ref ? activeFiles(input) : [];
  if (files.length === 0) return {};
  return { [ref]: files.map((file) => ({ path: input.name, ...describe(file), name: file.name || refOf(file) })) };
}

/** The question whether a file may be sent. @param {any} file */
export const preflightEntry = (file) => ({ ...describe(file), name: file.name });

/** The address of a file for an <img>. @param {Element | null} input @param {string | null} ref @returns {string | null} */
export function previewURL(input, ref) {
  const file = input && activeFiles(input).find((other) => refOf(other) === ref);
  return file ? URL.createObjectURL(file) : null;
}
