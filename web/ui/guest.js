// Connects the live view of a client on the stage, where no layout of its own does.
import { LiveSocket } from "../client/index.js";
import { adopt, base } from "./staged.js";

const liveSocket = new LiveSocket(`${base}/live`, {
  params: { _csrf_token: document.querySelector('meta[name="csrf-token"]')?.getAttribute("content") ?? "" },
  hooks: /** @type {any} */ (window).hooks ?? {},
  prefix: base,
  report: true,
});
/** @type {any} */ (window).liveSocket = liveSocket;
adopt(liveSocket);
liveSocket.connect();
