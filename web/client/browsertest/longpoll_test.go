package browsertest_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"streamsplayground/engine/transport"
	"streamsplayground/internal/browsertest"
)

const startPolling = `import {LongPoll, Socket} from "/npm/phoenix/priv/static/phoenix.mjs";
import {LiveSocket} from "/npm/phoenix_live_view/priv/static/phoenix_live_view.esm.js";
const token = document.querySelector("meta[name='csrf-token']").content;
window.liveSocket = new LiveSocket("/live", Socket, {params: {_csrf_token: token}, transport: LongPoll});
window.liveSocket.connect();
`

// TestOfficialClientPolls runs a view without a WebSocket.
func TestOfficialClientPolls(t *testing.T) {
	if !slices.Contains(clients(t), official) {
		t.Log("the official client is not there")
		return
	}
	e := serveEngine(t, "", "testdata/count.ex")
	h := transport.New(transport.Options{Live: e.server, Tokens: e.tokens,
		Layout: transport.Page(transport.Assets{Modules: []string{"/poll.js"}})})
	var sockets, polls atomic.Int32
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasSuffix(r.URL.Path, "/websocket"):
			sockets.Add(1)
		case strings.HasSuffix(r.URL.Path, "/longpoll"):
			polls.Add(1)
		}
		h.ServeHTTP(w, r)
	})
	mux.Handle("/npm/", http.StripPrefix("/npm/", http.FileServer(http.Dir(npmDir()))))
	mux.HandleFunc("/poll.js", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/javascript")
		fmt.Fprint(w, startPolling)
	})
	web := httptest.NewServer(mux)
	t.Cleanup(func() {
		h.Shutdown(t.Context()) //nolint:errcheck // the context has ended: what polls is cut off
		web.CloseClientConnections()
		web.Close()
	})
	const numbers = `[...document.querySelectorAll("#numbers li")].map((li) => li.textContent).join(" ")`
	p := browsertest.Open(t, web.URL)
	p.Until(`document.querySelector("[data-phx-main].phx-connected")`)
	p.Click("button")
	p.Until(numbers + ` === "1 2 3"`)
	p.Do(`liveSocket.disconnect(() => liveSocket.connect())`)
	p.Until(numbers + ` === "1"`)
	p.Click("button")
	p.Until(numbers + ` === "1 2 3"`)
	if sockets.Load() != 0 || polls.Load() < 5 {
		t.Errorf("%d WebSockets and %d polls", sockets.Load(), polls.Load())
	}
}
