package live

import (
	"context"
	"errors"
	"strings"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/node"
	"streamsplayground/engine/term"
	"streamsplayground/engine/trace"
)

// Request is an HTTP request for whatever the router has at its path: a live
// view, a controller or another plug.
type Request struct {
	Method string
	// URL is the full URL: "http://127.0.0.1:4000/rooms/1?x=1".
	URL string
	// Headers are in the order given, their names in lower case.
	Headers []Attr
	// Body is what plugs read; Params is what it means when it is a form or
	// JSON, nil when it is neither.
	Body   []byte
	Params *term.Map
	// Session is that of the cookie, with string keys; nil means empty.
	Session *term.Map
	// Flash is one that came in a cookie of its own; nil for none.
	Flash *term.Map
	Info  ConnectInfo
	// Trusted says that the request is known not to be forged.
	Trusted bool
	// Client names the browser page for the Tracer.
	Client string
}

// Response answers a Request.
type Response struct {
	Status  int
	Headers []Attr
	Body    string
	// Session is what the cookie has to hold now.
	Session *term.Map
	// Page is set when a live view was rendered.
	Page *Page
	// Bare says that the body is HTML that no root layout was put around.
	Bare bool
}

// Plugged reports whether a request has to go through Handle: the router is a
// module, and an endpoint is before it, or what it has at the path needs more than a live view's page. What
// it has no route for is answered by Handle too.
func (s *Server) Plugged(method, path string) bool {
	t, ok := s.Router.(*RouteTable)
	if !ok || t.Module.IsZero() {
		return false
	}
	if method == "HEAD" {
		method = "GET"
	}
	r, ok := t.find(method, path)
	return !ok || s.plug() != t.Module || !r.Live || len(r.pipes) > 0 || r.RootLayout != nil || r.sessionFun != nil
}

// plug is what requests go to: the endpoint, if it is a pipeline, or the router.
func (s *Server) plug() term.Atom {
	if p := s.Program(); p != nil && !s.Endpoint.IsZero() && p.Exports(s.Endpoint, "plug_builder_call", 2) {
		return s.Endpoint
	}
	return s.routerModule()
}

// Handle runs the endpoint or the router for a request, in a process of its own. The error is
// an *Error.
func (s *Server) Handle(ctx context.Context, req Request) (*Response, error) {
	h := &handled{server: s, req: req, url: parseURL(req.URL)}
	if err := s.runRequest(ctx, req.Client, h.run); err != nil {
		return nil, err
	}
	switch {
	case h.err != nil:
		return nil, h.err
	case h.response == nil:
		return nil, &Error{Status: 500, Err: errors.New("the process that answers the request was killed")}
	}
	return h.response, nil
}

// handled is a request on its way through the router.
type handled struct {
	server *Server
	req    Request
	url    parsedURL

	page     *Page
	response *Response
	err      *Error
}

func (h *handled) run(p *node.Process) term.Term {
	r := newRuntime(h.server, p, p.Scope())
	if r.t == nil {
		h.err = &Error{Status: 500, Err: errors.New("no code was loaded")}
		return node.Normal
	}
	r.handled = h
	setRuntime(p, r)
	if r.scope.On() {
		r.scope.Trace(trace.Event{Step: trace.Begin, Trigger: trace.HTTP, Name: h.req.URL})
	}
	defer r.scope.Trace(trace.Event{Step: trace.End})
	_, err := r.t.Run(func() term.Term { h.response = h.answer(r); return term.Nil })
	p.Check()
	if err == nil {
		return node.Normal
	}
	var e *interp.Exception
	errors.As(err, &e)
	h.response, h.err = nil, &Error{Status: statusOf(r.t, e), Err: err}
	text := r.proc.FormatException(e)
	if h.err.Status == 404 && isNoRoute(e) {
		return node.Normal
	}
	r.scope.Trace(node.Crash(text, e))
	p.LogException(text, e)
	return node.ExitReason(e)
}

// isNoRoute reports whether an exception says that the router has no route,
// which is nobody's mistake.
func isNoRoute(e *interp.Exception) bool {
	m, ok := e.Value.(*term.Map)
	if !ok {
		return false
	}
	name, _ := m.StructName()
	return name == term.NewModule("Phoenix.Router.NoRouteError")
}

// The keys of a conn's private map, and of the dictionary, that the server
// reads.
var (
	atomConn        = term.NewModule("Plug.Conn")
	atomPlugSession = term.NewAtom("plug_session")
	atomOwnSession  = term.NewAtom("playground_session")
	atomUnmasked    = term.NewAtom("plug_unmasked_csrf_token")
	atomDrop        = term.NewAtom("drop")
	atomIgnore      = term.NewAtom("ignore")
)

func (h *handled) answer(r *runtime) *Response {
	plug := h.server.plug()
	conn := r.t.Apply(plug, "call", h.conn(r), r.t.Apply(plug, "init", term.Empty))
	m, ok := conn.(*term.Map)
	if name, isStruct := m.StructName(); !ok || !isStruct || name != atomConn {
		r.raise("RuntimeError", "expected %s.call/2 to return a Plug.Conn, got: %s", term.Inspect(plug), r.inspect(conn))
	}
	switch atomName(m.GetAtom(term.NewAtom("state"))) {
	case "unset", "set":
		r.t.RaiseNew("Plug.Conn.NotSentError")
	}
	out := &Response{Page: h.page, Session: h.session(r, m)}
	status, _ := m.GetAtom(atomStatus).(term.Int)
	if status < 100 || status > 999 { // of a conn that nobody sent: Go's server would panic
		r.t.RaiseFunctionClause("Plug.Conn.Status", "code", []term.Term{orNil(m.GetAtom(atomStatus))})
	}
	out.Status = int(status)
	body, _ := m.GetAtom(term.NewAtom("resp_body")).(term.Binary)
	out.Body = string(body)
	headers, _ := m.GetAtom(term.NewAtom("resp_headers")).(*term.List)
	for e := range headers.All() {
		if kv, ok := e.(term.Tuple); ok && len(kv) == 2 {
			out.Headers = append(out.Headers, Attr{r.t.ToString(kv[0]), r.t.ToString(kv[1])})
		}
	}
	out.Bare = h.bare(m, out)
	return out
}

// bare reports whether a page still needs something around it.
func (h *handled) bare(conn *term.Map, out *Response) bool {
	if out.Status >= 300 && out.Status < 400 {
		return false
	}
	private, _ := conn.GetAtom(atomPrivate).(*term.Map)
	if h.page == nil && private.GetAtom(term.NewAtom("phoenix_template")) == nil {
		return false
	}
	for _, a := range out.Headers {
		if a.Name == "content-type" && !strings.HasPrefix(a.Value, "text/html") {
			return false
		}
	}
	start := strings.ToLower(strings.TrimSpace(out.Body[:min(len(out.Body), 200)]))
	return !strings.HasPrefix(start, "<!doctype") && !strings.HasPrefix(start, "<html")
}

// session is the session after the request. A token that a form or a page was
// given is in it, whether or not a plug protects against forgery.
func (h *handled) session(r *runtime, conn *term.Map) *term.Map {
	private, _ := conn.GetAtom(atomPrivate).(*term.Map)
	before := orEmpty(h.req.Session)
	session, fetched := private.GetAtom(atomPlugSession).(*term.Map)
	if !fetched {
		session = before
	}
	switch private.GetAtom(term.NewAtom("plug_session_info")) {
	case term.Term(atomDrop):
		return term.EmptyMap
	case term.Term(atomIgnore):
		return before
	}
	if token, ok := r.proc.Dict().GetAtom(atomUnmasked).(term.Binary); ok {
		session = session.Put(sessionCSRF, token)
	}
	return session
}

// conn is the %Plug.Conn{} of the request.
func (h *handled) conn(r *runtime) *term.Map {
	u := h.url
	conn := r.t.Program().Struct(atomConn)
	if conn == nil {
		r.raise("RuntimeError", "Plug.Conn is not loaded")
	}
	headers := make([]term.Term, len(h.req.Headers))
	for i, a := range h.req.Headers {
		headers[i] = term.Tuple{str(a.Name), str(a.Value)}
	}
	parts := splitPath(u.path)
	info := make([]term.Term, len(parts))
	for i, p := range parts {
		info[i] = str(p)
	}
	query := DecodeQuery(u.query)
	body := orEmpty(h.req.Params)
	private := term.NewMap(atomOwnSession, orEmpty(h.req.Session), term.NewAtom("playground_body"), str(string(h.req.Body)),
		term.NewAtom("phoenix_endpoint"), h.server.endpointModule(), term.NewAtom("phoenix_router"), h.server.routerModule(),
		term.NewAtom("before_send"), term.Empty)
	if h.req.Flash != nil && h.req.Flash.Len() > 0 {
		private = private.Put(term.NewAtom("playground_flash"), h.req.Flash)
	}
	if h.req.Trusted {
		private = private.Put(term.NewAtom("plug_skip_csrf_protection"), term.True)
	}
	path := u.path
	if path == "" {
		path = "/"
	}
	put := func(key string, v term.Term) { conn = conn.Put(term.NewAtom(key), v) }
	put("adapter", term.Tuple{term.NewModule("Plug.Adapters.Playground"), term.Nil})
	put("method", str(h.req.Method))
	put("host", str(u.host))
	put("port", term.Int(u.port))
	put("scheme", term.NewAtom(strings.ToLower(u.scheme)))
	put("request_path", str(path))
	put("path_info", term.NewList(info...))
	put("query_string", str(u.query))
	put("query_params", query)
	put("body_params", body)
	put("params", term.MergeMaps(query, body))
	put("req_headers", term.NewList(headers...))
	put("remote_ip", address(h.req.Info.PeerAddr))
	put("private", private)
	return conn
}
