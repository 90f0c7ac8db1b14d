package main

import (
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"

	"streamsplayground/engine/transport"
	web "streamsplayground/web/client"
)

// client is the JavaScript that pages load: this project's, or the official
// one.
type client struct {
	read  func(name string) ([]byte, error)
	start string
	// phoenix and liveView are modules with what the npm packages of these names
	// export.
	phoenix, liveView string
}

// The modules that connect a page. A page may set window.hooks before.
const (
	startOurs = `import { LiveSocket } from "./index.js";
` + startRest
	startOfficial = `import { Socket } from "./phoenix.mjs";
import { LiveSocket as Official } from "./phoenix_live_view.esm.js";
class LiveSocket extends Official {
  constructor(url, options) { super(url, Socket, options); }
}
` + startRest
	startRest = `import { hooks } from "/assets/project/colocated.js";
const token = document.querySelector("meta[name='csrf-token']").content;
// A page that loads LiveView's scripts by itself makes a socket of its own.
if (!window.LiveView) {
  window.liveSocket = new LiveSocket("/live", { params: { _csrf_token: token }, hooks: { ...hooks, ...window.hooks } });
  window.liveSocket.connect();
}
`
)

// officialFiles are the modules of the npm packages, by the names that they
// are served under.
var officialFiles = map[string]string{
	"phoenix.mjs":              "phoenix/priv/static/phoenix.mjs",
	"phoenix_live_view.esm.js": "phoenix_live_view/priv/static/phoenix_live_view.esm.js",
	// Where an endpoint serves the files of the two, for layouts without a
	// bundle.
	"phoenix/phoenix.js":                         "phoenix/priv/static/phoenix.js",
	"phoenix/phoenix.min.js":                     "phoenix/priv/static/phoenix.min.js",
	"phoenix/phoenix.mjs":                        "phoenix/priv/static/phoenix.mjs",
	"phoenix_live_view/phoenix_live_view.js":     "phoenix_live_view/priv/static/phoenix_live_view.js",
	"phoenix_live_view/phoenix_live_view.min.js": "phoenix_live_view/priv/static/phoenix_live_view.min.js",
	"phoenix_live_view/phoenix_live_view.esm.js": "phoenix_live_view/priv/static/phoenix_live_view.esm.js",
}

// The modules of this project's client under the names of the npm packages.
// A LiveSocket of ours makes its socket itself.
const (
	ourPhoenix = `export class Socket {}
export class Channel {}
export class Presence {}
export class LongPoll {}
`
	ourLiveView = `import { LiveSocket as Ours } from "/assets/index.js";
export * from "/assets/index.js";
export class LiveSocket extends Ours {
  constructor(url, _socket, options) { super(url, options); }
}
`
	// The two as classic scripts. Modules load later than these run, so a
	// LiveSocket waits for its own.
	ourClassicPhoenix = `window.Phoenix = { Socket: class {}, Channel: class {}, Presence: class {} };
`
	ourClassicLiveView = `window.LiveView = {
  LiveSocket: class {
    constructor(url, _socket, options) {
      this.real = import("/assets/index.js").then(({ LiveSocket }) => new LiveSocket(url, options));
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
)

// readOurs reads a module of this project's client.
func readOurs(name string) ([]byte, error) {
	switch name {
	case "phoenix/phoenix.js", "phoenix/phoenix.min.js":
		return []byte(ourClassicPhoenix), nil
	case "phoenix_live_view/phoenix_live_view.js", "phoenix_live_view/phoenix_live_view.min.js":
		return []byte(ourClassicLiveView), nil
	case "phoenix/phoenix.mjs":
		return []byte(ourPhoenix), nil
	case "phoenix_live_view/phoenix_live_view.esm.js":
		return []byte(ourLiveView), nil
	}
	return fs.ReadFile(web.FS, name)
}

// findClient returns the official client from the packages under a folder, or
// this project's when the folder is "".
func findClient(folder string) (client, error) {
	if folder == "" {
		return client{read: readOurs, start: startOurs, phoenix: ourPhoenix, liveView: ourLiveView}, nil
	}
	files := map[string][]byte{}
	for name, path := range officialFiles {
		data, err := readPackage(folder, path)
		if err != nil {
			return client{}, err
		}
		files[name] = data
	}
	return client{start: startOfficial, phoenix: "export * from \"/assets/phoenix.mjs\";\n",
		liveView: "export * from \"/assets/phoenix_live_view.esm.js\";\n", read: func(name string) ([]byte, error) {
			data, ok := files[name]
			if !ok {
				return nil, fs.ErrNotExist
			}
			return data, nil
		}}, nil
}

func readPackage(folder, path string) ([]byte, error) {
	for _, dir := range []string{folder, filepath.Join(folder, "node_modules")} {
		data, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(path)))
		if err == nil {
			return data, nil
		}
	}
	return nil, fmt.Errorf("%s: no %s in this folder; install the npm packages phoenix and phoenix_live_view there", folder, path)
}

// globals is the script of what pages may set before the client starts. Its
// name is that of no module of a client.
const (
	globals     = "window.hooks ??= {};\nwindow.uploaders ??= {};\n"
	globalsName = "page_globals.js"
)

func (c client) assets() transport.Assets {
	return transport.Assets{Scripts: []string{assetsPath + globalsName}, Modules: []string{assetsPath + "start.js"}, Title: "Live view"}
}

// handler serves the modules.
func (c client) handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name, data := r.URL.Path, []byte(c.start)
		if name == globalsName {
			data = []byte(globals)
		} else if name != "start.js" {
			var err error
			if data, err = c.read(name); err != nil {
				http.NotFound(w, r)
				return
			}
		}
		w.Header().Set("Cache-Control", "no-cache")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
		w.Write(data)
	})
}
