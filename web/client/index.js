// The browser's side of a live view. As with the official client:
//
//     import { LiveSocket } from "./index.js";
//     const token = document.querySelector("meta[name=csrf-token]").content;
//     const liveSocket = new LiveSocket("/live", { params: { _csrf_token: token }, hooks: {} });
//     liveSocket.connect();
//
// Read on in this order: socket.js and channel.js carry frames · rendered.js keeps what
// the server rendered · morph.js, streams.js and patch.js put it into the page · view.js
// ties them together · events.js, forms.js and pushes.js send what the reader does.
import * as data from "./element_data.js";

export { LiveSocket } from "./live_socket.js";
export { createHook, ViewHook } from "./hooks.js";
export { Socket } from "./socket.js";

/** @param {Element | null} input @returns {boolean} whether the reader has used the input, or its form was submitted */
export function isUsedInput(input) {
  return input !== null && Boolean(data.get(input, "used") || data.get(input, "submitted"));
}
