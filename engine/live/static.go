package live

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"html"
	"strings"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/node"
	"streamsplayground/engine/term"
	"streamsplayground/engine/trace"
)

// newID returns an id for a root element.
func newID() string {
	var b [12]byte
	rand.Read(b[:])
	return "phx-" + base64.URLEncoding.EncodeToString(b[:])
}

// render renders a page in a process of its own, as the process that handles
// a request in Phoenix.
func (s *Server) render(ctx context.Context, req PageRequest) (*Page, error) {
	url := parseURL(req.URL)
	route := routed{Route: &Route{View: req.View}}
	if req.View.IsZero() {
		var ok bool
		if route, ok = s.lookup(url); !ok {
			return nil, &Error{Status: 404}
		}
	}
	d := &deadRender{server: s, req: req, url: url, route: route, routed: req.View.IsZero()}
	if err := s.runRequest(ctx, req.Client, d.run); err != nil {
		return nil, err
	}
	switch {
	case d.err != nil:
		return nil, d.err
	case d.page == nil:
		return nil, &Error{Status: 500, Err: errors.New("the process that renders the page was killed")}
	}
	return d.page, nil
}

// runRequest runs what an HTTP request asks for in a process of its own, and
// waits until that has ended. When ctx is done first, it is killed.
func (s *Server) runRequest(ctx context.Context, client string, run func(*node.Process) term.Term) error {
	p, err := s.Node.Spawn(run, &trace.Scope{Tracer: s.Tracer, Client: client, Transaction: 1})
	if err != nil {
		return &Error{Status: 503, Err: err}
	}
	select {
	case <-p.Done():
	case <-ctx.Done():
		s.Node.Exit(p.PID(), node.Kill)
		<-p.Done()
	}
	return nil
}

type deadRender struct {
	server *Server
	req    PageRequest
	url    parsedURL
	route  routed
	routed bool
	// assigns are those of the conn, for assign_new/3; nil without one.
	assigns *term.Map

	page *Page
	err  *Error
}

func (d *deadRender) run(p *node.Process) term.Term {
	r := newRuntime(d.server, p, p.Scope())
	if r.t == nil {
		d.err = &Error{Status: 500, Err: errors.New("no code was loaded")}
		return node.Normal
	}
	setRuntime(p, r)
	r.view = d.route.View
	id := newID()
	if r.scope.On() {
		r.scope.View = id
		r.scope.Trace(trace.Event{Step: trace.Begin, Trigger: trace.HTTP, Name: d.req.URL, Module: r.view})
	}
	defer r.scope.Trace(trace.Event{Step: trace.End})
	_, err := r.t.Run(func() term.Term { d.page = d.content(r, id); return term.Nil })
	p.Check()
	if err == nil {
		return node.Normal
	}
	var e *interp.Exception
	errors.As(err, &e)
	if page := d.childRedirect(r, e); page != nil {
		d.page = page
		return node.Normal
	}
	d.page, d.err = nil, &Error{Status: statusOf(r.t, e), Err: err}
	text := r.proc.FormatException(e)
	r.scope.Trace(node.Crash(text, e))
	p.LogException(text, e)
	return node.ExitReason(e)
}

// try renders the view in a process that does more than that.
func (d *deadRender) try(r *runtime, id string) (page *Page, e *interp.Exception) {
	_, e = r.t.Try(func() term.Term { page = d.content(r, id); return term.Nil })
	if e != nil {
		if to := d.childRedirect(r, e); to != nil {
			return to, nil
		}
	}
	return page, e
}

// childRedirect is set when a nested view redirected while it was mounted.
func (d *deadRender) childRedirect(r *runtime, e *interp.Exception) *Page {
	if e == nil || e.Kind != atomThrow {
		return nil
	}
	t, ok := e.Value.(term.Tuple)
	if !ok || len(t) != 4 || t[0] != term.Term(atomPhoenix) || t[1] != term.Term(atomChildRedirect) {
		return nil
	}
	flash, _ := t[3].(*term.Map)
	return d.redirectPage(t[2], flash)
}

var atomChildRedirect = term.NewAtom("child_redirect")

// statusOf is Plug.Exception.status/1.
func statusOf(t *interp.Thread, e *interp.Exception) int {
	if e == nil || e.Kind != term.Err {
		return 500
	}
	m, ok := e.Value.(*term.Map)
	if !ok {
		return 500
	}
	// As phoenix_ecto implements it.
	name, _ := m.StructName()
	switch strings.TrimPrefix(name.Name(), "Elixir.") {
	case "Ecto.NoResultsError":
		return 404
	case "Ecto.StaleEntryError":
		return 409
	case "Ecto.CastError":
		return 400
	}
	v, err := t.Run(func() term.Term { return t.Apply(term.NewModule("Plug.Exception"), "status", m) })
	if n, ok := v.(term.Int); ok && err == nil {
		return int(n)
	}
	return 500
}

// content mounts and renders the view. As do_render/4 of
// Phoenix.LiveView.Static.
func (d *deadRender) content(r *runtime, id string) *Page {
	s := d.server
	cfg, ok := r.config(r.view)
	if !ok {
		r.t.Apply(r.view, "__live__")
	}
	if !cfg.isView {
		r.raise("RuntimeError", "expected %s to be a view, but it is a component", term.Inspect(r.view))
	}
	extra, tag, attrs := d.options(r, cfg)
	httpSession := orEmpty(d.req.Session)
	session := term.MergeMaps(httpSession, extra)
	flash := orEmpty(d.req.Flash)
	router := term.Term(term.Nil)
	mountParams := term.Term(atomNotMounted)
	params := DecodeQuery(d.url.query)
	if d.routed {
		router, params = s.routerModule(), d.route.params
		mountParams = params
	}
	private := term.NewMap(
		atomAssignNew, term.Tuple{orEmpty(d.assigns), term.Empty},
		atomConnParams, term.EmptyMap, atomConnInfo, connectInfo(d.req.Info, d.url),
		atomConnSession, httpSession, atomLifecycle, r.lifecycle(cfg, d.route.Route),
		atomRootView, r.view, atomLiveTemp, term.EmptyMap)
	if d.route.Layout != nil {
		private = private.Put(atomLiveLayout, normalizeLayout(r.t, d.route.Layout))
	}
	socket := Socket{socketStruct.Put(atomID, str(id)).Put(atomEndpoint, s.endpointModule()).
		Put(atomView, r.view).Put(atomRouter, router).Put(atomHostURI, d.url.hostURI()).
		Put(atomPrivate, private).
		Put(atomAssigns, emptyAssigns.Put(atomLiveAction, orNil(d.route.Action)).Put(atomFlash, flash))}
	socket = r.mount(socket, mountParams, session, str(d.req.URL))
	if !socket.isRedirected() && r.handlesParams(socket) {
		if !d.routed {
			r.raiseNotRouted(r.view)
		}
		socket = r.handleParams(socket, params, d.req.URL)
	}
	if socket.isRedirected() {
		return d.redirectPage(socket.redirected(), socket.flash())
	}
	r.socket = socket
	inner := r.deadHTML()
	page := &Page{ID: id, View: r.view, Inner: inner, Assigns: r.socket.Assigns()}
	if token, ok := r.proc.Dict().GetAtom(atomUnmasked).(term.Binary); ok {
		page.CSRFToken = string(token)
	}
	if d.routed {
		page.Route = d.route.Route
	}
	if title := r.socket.Assigns().GetAtom(atomPageTitle); title != nil && title != term.Term(term.Nil) {
		page.Title, page.HasTitle = r.t.ToString(title), true
	}
	sess := Session{ID: id, View: r.view, RootView: r.view, Routed: d.routed, LiveSession: d.route.LiveSession, Session: extra}
	data := []Attr{{"data-phx-session", s.Tokens.SignSession(sess)}, {"data-phx-static", s.Tokens.SignStatic(socket.static(id))}}
	if d.routed {
		data = append([]Attr{{"data-phx-main", present}}, data...)
	}
	page.HTML = contentTag(tag, append(append([]Attr{{"id", id}}, data...), attrs...), inner)
	return page
}

// deadHTML renders r.socket to HTML.
func (r *runtime) deadHTML() string {
	r.trace(trace.Pending)
	html, err := r.state.RenderHTML(r.toRendered(r.socket, r.view, 0))
	if err != nil {
		r.raise("RuntimeError", "%s", err)
	}
	r.trace(trace.Flushed)
	return html
}

// options returns the session to sign, and the container's tag and attributes.
func (d *deadRender) options(r *runtime, cfg config) (session *term.Map, tag string, attrs []Attr) {
	session = term.EmptyMap
	opts := d.req.Options
	if d.route.Session != nil {
		session = d.route.Session
	}
	if v, ok := term.KeywordGet(opts, atomSession); ok {
		session = r.sessionOption(v)
	}
	tag, attrs = r.container(cfg, opts)
	if c := d.route.Container; c != nil {
		tag, attrs = c.Tag, mergeAttrs(attrs, r.attrs(c.Attrs))
	}
	return session, tag, attrs
}

func mergeAttrs(base, over []Attr) []Attr {
	var out []Attr
	for _, a := range base {
		replaced := false
		for _, b := range over {
			replaced = replaced || a.Name == b.Name
		}
		if !replaced {
			out = append(out, a)
		}
	}
	return append(out, over...)
}

func (d *deadRender) redirectPage(to term.Term, flash *term.Map) *Page {
	red := &Redirect{Status: 302}
	if flash != nil && flash.Len() > 0 {
		red.Flash = flash
	}
	t, _ := to.(term.Tuple)
	if len(t) == 0 {
		return &Page{Redirect: red}
	}
	red.Live = t[0] == term.Term(atomLive)
	opts, _ := t[len(t)-1].(*term.Map)
	for _, k := range []term.Atom{atomTo, atomExternal} {
		if url, ok := opts.GetAtom(k).(term.Binary); ok {
			red.To = string(url)
		}
	}
	if n, ok := opts.GetAtom(atomStatus).(term.Int); ok {
		red.Status = int(n)
	}
	return &Page{Redirect: red}
}

func (r *runtime) raiseNotRouted(view term.Atom) {
	r.t.RaiseArgument("cannot invoke handle_params/3 on %s because it is not mounted nor accessed through the router live/3 macro",
		term.Inspect(view))
}

// lifecycle returns the hooks that a view starts with: those of its
// live_session and its own.
func (r *runtime) lifecycle(cfg config, route *Route) *term.Map {
	var hooks []term.Term
	if route != nil {
		hooks = mountHooks(r.t, r.view, route.OnMount)
	}
	hooks = append(hooks, mountHooks(r.t, r.view, cfg.hooks)...)
	return emptyLifecycle.Put(atomMount, term.NewList(hooks...))
}

// container returns the container's tag and attributes: those of use, and
// over them those of the option.
func (r *runtime) container(cfg config, opts *term.List) (string, []Attr) {
	tag, attrs := r.t.ToString(cfg.tag), r.attrs(cfg.container)
	if v, ok := term.KeywordGet(opts, atomContainer); ok {
		if pair, ok := v.(term.Tuple); ok && len(pair) == 2 {
			over, _ := pair[1].(*term.List)
			return r.t.ToString(pair[0]), mergeAttrs(attrs, r.attrs(over))
		}
	}
	return tag, attrs
}

// attrs turns a keyword list into attributes, as
// Phoenix.HTML.attributes_escape/1 does for the kinds of values that
// containers have.
func (r *runtime) attrs(l *term.List) []Attr {
	var out []Attr
	for e := range l.All() {
		kv, ok := e.(term.Tuple)
		if !ok || len(kv) != 2 {
			continue
		}
		name := r.t.ToString(kv[0])
		if _, isAtom := kv[0].(term.Atom); isAtom {
			name = strings.ReplaceAll(name, "_", "-")
		}
		switch v := kv[1].(type) {
		case term.Atom:
			if v == term.Nil || v == term.False {
				continue
			}
			if v == term.True {
				out = append(out, Attr{name, present})
				continue
			}
			out = append(out, Attr{name, v.Name()})
		case *term.List:
			out = append(out, r.listAttr(name, v)...)
		default:
			// A value that is safe as HTML, such as JS commands; it is escaped when written.
			out = append(out, Attr{name, html.UnescapeString(r.t.HTMLSafe(v))})
		}
	}
	return out
}

func (r *runtime) listAttr(name string, l *term.List) []Attr {
	if name == "class" {
		var parts []string
		for c := range l.All() {
			if term.Truthy(c) {
				parts = append(parts, r.t.ToString(c))
			}
		}
		return []Attr{{name, strings.Join(parts, " ")}}
	}
	if name == "data" || name == "aria" || name == "phx" {
		inner := r.attrs(l)
		for i := range inner {
			inner[i].Name = name + "-" + strings.ReplaceAll(inner[i].Name, "_", "-")
		}
		return inner
	}
	return []Attr{{name, r.t.ToString(l)}}
}

var htmlEscape = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#39;")

// present is the value of an attribute that has none: <tag hidden>.
const present = "\x00"

func contentTag(tag string, attrs []Attr, inner string) string {
	var b strings.Builder
	b.Grow(len(inner) + 1024) // the tokens among the attributes
	b.WriteString("<" + tag)
	for _, a := range attrs {
		b.WriteString(" " + a.Name)
		if a.Value != present {
			b.WriteString(`="` + htmlEscape.Replace(a.Value) + `"`)
		}
	}
	b.WriteString(">")
	b.WriteString(inner)
	b.WriteString("</" + tag + ">")
	return b.String()
}

// static is what the static token of a dead render carries.
func (s Socket) static(id string) Static {
	st := Static{ID: id, Flash: s.flash()}
	if pair, ok := s.private().GetAtom(atomAssignNew).(term.Tuple); ok && len(pair) == 2 {
		keys, _ := pair[1].(*term.List)
		st.AssignNew, _ = keys.Slice()
	}
	return st
}

func (r *runtime) sessionOption(v term.Term) *term.Map {
	m, ok := v.(*term.Map)
	if ok {
		for k := range m.All() {
			if _, isStr := k.(term.Binary); !isStr {
				ok = false
			}
		}
	}
	if !ok {
		r.t.RaiseArgument("LiveView :session must be a map with string keys, got: %s", r.inspect(v))
	}
	return m
}

func orEmpty(m *term.Map) *term.Map {
	if m == nil {
		return term.EmptyMap
	}
	return m
}

// connectInfo is what get_connect_info/2 reads.
func connectInfo(info ConnectInfo, u parsedURL) *term.Map {
	if info.Given != nil {
		return info.Given
	}
	pairs := func(attrs []Attr) term.Term {
		var out []term.Term
		for _, a := range attrs {
			out = append(out, term.Tuple{str(a.Name), str(a.Value)})
		}
		return term.NewList(out...)
	}
	b := term.NewMapBuilder(5)
	if info.UserAgent != "" {
		b.Put(term.NewAtom("user_agent"), str(info.UserAgent))
	}
	b.Put(term.NewAtom("peer_data"), term.NewMap(term.NewAtom("address"), address(info.PeerAddr),
		term.NewAtom("port"), term.Int(info.PeerPort), term.NewAtom("ssl_cert"), term.Nil))
	b.Put(term.NewAtom("x_headers"), pairs(info.Headers))
	b.Put(term.NewAtom("trace_context_headers"), pairs(info.Trace))
	b.Put(term.NewAtom("uri"), uriStruct(str(u.scheme), str(u.host), term.Int(u.port), str(u.path), str(u.query)))
	return b.Map()
}

// address is an IP address as :inet has it.
func address(s string) term.Term {
	parts := strings.Split(s, ".")
	if len(parts) != 4 {
		return term.Tuple{term.Int(127), term.Int(0), term.Int(0), term.Int(1)}
	}
	out := make(term.Tuple, 4)
	for i, p := range parts {
		n := 0
		for _, c := range p {
			n = n*10 + int(c-'0')
		}
		out[i] = term.Int(n)
	}
	return out
}
