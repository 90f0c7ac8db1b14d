// Package transport serves live views over HTTP: the page as HTML, and then
// the channels of the protocol over one WebSocket a browser tab. It signs the
// tokens that tie the two together, keeps the HTTP session in a signed cookie,
// and refuses what does not come from its own pages.
//
// What it does is what Phoenix.Socket, Phoenix.Controller and the plugs of a
// browser pipeline do for LiveView. Where no WebSocket comes through, a client
// may poll instead, as with Phoenix.Transports.LongPoll.
package transport

import (
	"context"
	"html"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"streamsplayground/engine/live"
	"streamsplayground/engine/term"
)

// The bounds of a connection, where Options does not say otherwise.
const (
	// MaxFrame is how large a frame from a client may be.
	MaxFrame = 4 << 20
	// MaxQueue is how many bytes may wait for a client that does not read.
	MaxQueue = 16 << 20
	// MaxChannels is how many topics may be joined over one connection.
	MaxChannels = 100
	// IdleTimeout is how long a client may be silent; it sends a heartbeat every
	// 30 seconds.
	IdleTimeout = time.Minute
	// PollWindow is how long a poll waits for something to send, as window_ms of
	// Phoenix. A client that does not poll for half as long again is gone.
	PollWindow = 10 * time.Second
)

// Options configure a Handler. Live and Tokens must be set, and the Tokens be
// those of the live.Server.
type Options struct {
	Live   *live.Server
	Tokens *Tokens
	// Layout makes the page around a view; nil stands for Page(Assets{}).
	Layout Layout
	// Socket is the path that the client was given; "" stands for "/live". The
	// WebSocket is at Socket + "/websocket", and long polling at Socket +
	// "/longpoll".
	Socket string
	// Hosts are names that the server is known by, without port. Loopback names
	// and IP addresses always are.
	Hosts []string
	// Trusted vouches for a request that has neither cookies nor an origin, as
	// those of a sandboxed frame: it returns the session to use. nil trusts
	// none.
	Trusted func(*http.Request) (session *term.Map, ok bool)
	// Client names the browser page of a request for the Tracer; it may be nil.
	Client func(*http.Request) string
	// Log gets what goes wrong here and in views; nil for nowhere.
	Log *slog.Logger
	// Idle replaces IdleTimeout when it is not 0.
	Idle time.Duration
	// PollWindow replaces PollWindow when it is not 0.
	PollWindow time.Duration
}

// Handler serves the pages and the sockets of one live.Server. It is safe for
// concurrent use. Shut it down with Shutdown.
type Handler struct {
	opts Options
	wg   sync.WaitGroup

	mu     sync.Mutex
	closed bool
	conns  map[*conn]struct{}
	polls  map[string]*poll // by their tokens
}

// New returns a Handler.
func New(opts Options) *Handler {
	if opts.Layout == nil {
		opts.Layout = Page(Assets{})
	}
	if opts.Socket == "" {
		opts.Socket = "/live"
	}
	if opts.Log == nil {
		opts.Log = slog.New(slog.DiscardHandler)
	}
	if opts.Idle == 0 {
		opts.Idle = IdleTimeout
	}
	if opts.PollWindow == 0 {
		opts.PollWindow = PollWindow
	}
	return &Handler{opts: opts, conns: map[*conn]struct{}{}, polls: map[string]*poll{}}
}

// ServeHTTP serves the socket at its path and pages at all others.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !h.AllowedHost(r.Host) {
		http.Error(w, "unknown host", http.StatusForbidden)
		return
	}
	switch r.URL.Path {
	case h.opts.Socket + "/websocket":
		h.serveSocket(w, r)
		return
	case h.opts.Socket + "/longpoll":
		h.servePoll(w, r)
		return
	}
	if h.serveWritten(w, r) {
		return
	}
	h.servePage(w, r)
}

// Shutdown closes all sockets, with the code that makes clients come back, and
// waits until their views have ended. When ctx is done before, the sockets that
// are left are cut off. New ones are refused.
func (h *Handler) Shutdown(ctx context.Context) error {
	h.mu.Lock()
	h.closed = true
	for c := range h.conns {
		c.out.close(statusServiceRestart)
	}
	h.mu.Unlock()
	done := make(chan struct{})
	go func() {
		h.wg.Wait()
		close(done)
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for c := range h.conns {
		c.out.abort()
	}
	return ctx.Err()
}

// Connections returns how many sockets are open.
func (h *Handler) Connections() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.conns)
}

// add counts a connection, or refuses it after Shutdown.
func (h *Handler) add(c *conn) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return false
	}
	h.conns[c] = struct{}{}
	h.wg.Add(1)
	return true
}

func (h *Handler) remove(c *conn) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.conns, c)
	h.wg.Done()
}

// identity is whose request it is.
type identity struct {
	session *term.Map // of the cookie, empty when there is none
	valid   bool      // the session is really the client's
	trusted bool      // by Options.Trusted
}

func (h *Handler) identify(r *http.Request) identity {
	if h.opts.Trusted != nil {
		if session, ok := h.opts.Trusted(r); ok {
			if session == nil {
				session = term.EmptyMap
			}
			return identity{session: session, valid: true, trusted: true}
		}
	}
	session, ok := h.opts.Tokens.readSession(r)
	return identity{session: session, valid: ok}
}

func (h *Handler) client(r *http.Request) string {
	if h.opts.Client == nil {
		return ""
	}
	return h.opts.Client(r)
}

// connectInfo is what get_connect_info/2 can return of a request.
func connectInfo(r *http.Request) live.ConnectInfo {
	info := live.ConnectInfo{UserAgent: r.UserAgent(), Host: r.Host}
	info.PeerAddr, info.PeerPort = peer(r.RemoteAddr)
	for _, key := range slices.Sorted(maps.Keys(r.Header)) {
		name := strings.ToLower(key)
		for _, v := range r.Header[key] {
			switch {
			case strings.HasPrefix(name, "x-"):
				info.Headers = append(info.Headers, live.Attr{Name: name, Value: v})
			case name == "traceparent" || name == "tracestate":
				info.Trace = append(info.Trace, live.Attr{Name: name, Value: v})
			}
		}
	}
	return info
}

// Layout returns the HTML of a whole page around a view.
type Layout func(Document) string

// Document is what a Layout gets.
type Document struct {
	// Content is the view's root element.
	Content string
	// CSRFToken is for a meta element with the name csrf-token, where the client
	// looks for it.
	CSRFToken string
	// Page is what was rendered.
	Page    *live.Page
	Request *http.Request
}

// Assets are what a plain page loads.
type Assets struct {
	// Modules and Styles are URLs, in order, and Scripts those of scripts that
	// run before the page is read.
	Modules, Styles, Scripts []string
	// Title is shown while a view has none; it may have a suffix.
	Title, TitleSuffix string
	// Body is HTML that follows the view.
	Body string
}

// Page returns the Layout of a plain HTML page.
func Page(a Assets) Layout {
	var head strings.Builder
	for _, url := range a.Styles {
		head.WriteString(`<link rel="stylesheet" href="` + html.EscapeString(url) + "\">\n")
	}
	for _, url := range a.Scripts {
		head.WriteString(`<script src="` + html.EscapeString(url) + "\"></script>\n")
	}
	for _, url := range a.Modules {
		head.WriteString(`<script type="module" src="` + html.EscapeString(url) + "\"></script>\n")
	}
	return func(d Document) string {
		return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n" +
			"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n" +
			"<meta name=\"csrf-token\" content=\"" + html.EscapeString(d.CSRFToken) + "\">\n" +
			Title(a.Title, a.TitleSuffix, d.Page) + "\n" + head.String() + "</head>\n<body>\n" +
			d.Content + "\n" + a.Body + "</body>\n</html>\n"
	}
}

// Title returns the title element that the client updates, as live_title/1.
func Title(fallback, suffix string, p *live.Page) string {
	title := fallback
	if p != nil && p.HasTitle && p.Title != "" {
		title = p.Title
	}
	attrs := ""
	if fallback != "" {
		attrs += ` data-default="` + html.EscapeString(fallback) + `"`
	}
	if suffix != "" {
		attrs += ` data-suffix="` + html.EscapeString(suffix) + `"`
	}
	return "<title" + attrs + ">" + html.EscapeString(title+suffix) + "</title>"
}
