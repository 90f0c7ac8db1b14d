package main

import (
	"io"
	"net/http"
	"strings"
)

// Beside the inspector a project's JavaScript runs as it does alone, but its
// LiveSocket is the stage's: it knows the prefix of the client's URLs and
// reports what patches do.

const (
	stagedLiveView = `import { LiveSocket as Ours } from "/assets/client/index.js";
import { adopt, base } from "/assets/ui/staged.js";
export * from "/assets/client/index.js";
export class LiveSocket extends Ours {
  constructor(url, _socket, options) {
    super(base + url, { ...options, prefix: base, report: true });
    adopt(this);
  }
}
`
	stagedClassicLiveView = `window.LiveView = {
  LiveSocket: class {
    constructor(url, socket, options) {
      this.real = import(new URL("/assets/project/phoenix_live_view.js", location.href)).then(({ LiveSocket }) => new LiveSocket(url, socket, options));
    }
    connect() { this.real.then((socket) => socket.connect()); }
    disconnect(done) { this.real.then((socket) => socket.disconnect(done)); }
    enableDebug() {}
    disableDebug() {}
    enableLatencySim() {}
    disableLatencySim() {}
  },
};
`
	// A script of another origin, as all are to a sandboxed page, has no base
	// for what it imports.
	stagedBundle = `import(new URL("/assets/project/start.js", location.href));
`
	stagedColocated = `import { base } from "/assets/ui/staged.js";
const { default: scripts } = await import(base + "/colocated/index.js");
export const hooks = window.hooks ?? {};
export default scripts;
`
)

// staged serves a project's JavaScript to its clients on the stage.
func (p *project) staged() http.Handler {
	script := &appJS{dir: p.assets(), client: client{phoenix: ourPhoenix, liveView: stagedLiveView}, colocated: stagedColocated}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var text string
		switch name := strings.TrimPrefix(r.URL.Path, assetsPath); name {
		case "phoenix/phoenix.js", "phoenix/phoenix.min.js":
			text = ourClassicPhoenix
		case "phoenix/phoenix.mjs":
			text = ourPhoenix
		case "phoenix_live_view/phoenix_live_view.js", "phoenix_live_view/phoenix_live_view.min.js":
			text = stagedClassicLiveView
		case "phoenix_live_view/phoenix_live_view.esm.js":
			text = stagedLiveView
		case "app.js", "js/app.js":
			text = stagedBundle
		default:
			if !script.serves(r.URL.Path) {
				http.NotFound(w, r)
				return
			}
			script.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Cache-Control", "no-cache")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
		io.WriteString(w, text) //nolint:errcheck // the client is gone, and nothing is to be done about it
	})
}
