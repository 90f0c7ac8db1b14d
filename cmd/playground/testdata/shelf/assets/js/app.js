// The bundle of a project is made of modules like this one.
import "phoenix_html"
import {Socket} from "phoenix"
import {LiveSocket} from "phoenix_live_view"
import colocated, {hooks as colocatedHooks} from "phoenix-colocated/shelf"
import topbar from "../vendor/topbar"
import {Greet} from "./hooks"
import Chart, {
  Line
} from "chart.js"

const csrfToken = document.querySelector("meta[name='csrf-token']").getAttribute("content")
const liveSocket = new LiveSocket("/live", Socket, {
  longPollFallbackMs: 2500,
  params: {_csrf_token: csrfToken},
  hooks: {...colocatedHooks, Greet},
})

window.addEventListener("phx:page-loading-start", () => topbar.show())
window.chart = [Chart, Line]
liveSocket.connect()
if (document.getElementById("marked")) colocated.mark("marked")
window.liveSocket = liveSocket
