// The hooks of LiveView's own components for uploads.
import { activeFiles, FILES_UPDATED, previewURL, refList, UPLOAD_REF } from "./files.js";

/** The hook of <.live_file_input>. */
export const LiveFileUpload = {
  /** @this {any} */
  mounted() {
    this.js().ignoreAttributes(this.el, ["value"]);
    this.before = { preflighted: refList(this.el, "preflighted"), error: refList(this.el, "error") };
    this.el.addEventListener("input", () => dropRequired(this.el));
    dropRequired(this.el);
  },
  /** @this {any} */
  updated() {
    const { el, before } = this;
    const now = { preflighted: refList(el, "preflighted"), error: refList(el, "error") };
    const { uploads } = this.__view();
    if (now.error !== before.error && now.error !== "") uploads.cancelSubmit(el.form);
    if (now.preflighted !== before.preflighted && now.preflighted === "") uploads.cancelSubmit(el.form);
    this.before = now;
    if (refList(el, "active") === "") el.value = "";
    dropRequired(el);
    el.dispatchEvent(new CustomEvent(FILES_UPDATED));
  },
};

/** An input whose files are remembered elsewhere looks empty to the browser. @param {HTMLInputElement} el */
function dropRequired(el) {
  const chosen = (el.files?.length ?? 0) > 0 || activeFiles(el).length > 0;
  if (chosen || refList(el, "active") !== "" || refList(el, "error") !== "") el.removeAttribute("required");
}

/** The hook of <.live_img_preview>. */
export const LiveImgPreview = {
  /** @this {any} */
  mounted() {
    const input = document.getElementById(this.el.getAttribute(UPLOAD_REF));
    this.url = previewURL(input, this.el.getAttribute("data-phx-entry-ref"));
    this.el.src = this.url;
  },
  /** @this {any} */
  destroyed() {
    URL.revokeObjectURL(this.url);
  },
};
