package live

import (
	"crypto/subtle"
	"encoding/base64"
	"strings"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/node"
	"streamsplayground/engine/term"
)

// connNatives is what Plug.Conn and Phoenix.Controller, which are written in
// Elixir, need of the server.
func connNatives() *interp.NativeModule {
	return &interp.NativeModule{Name: "Plug.Conn.Native", Funcs: []interp.NativeFunc{
		{Name: "decode_query", Arity: 1, Fn: decodeQuery},
		{Name: "csrf_token", Arity: 0, Fn: csrfToken},
		{Name: "valid_csrf?", Arity: 2, Fn: validCSRF},
		{Name: "sign_cookie", Arity: 2, Fn: signCookie},
		{Name: "verify_cookie", Arity: 2, Fn: verifyCookie},
		{Name: "template", Arity: 2, Fn: findTemplate},
		{Name: "root_layout?", Arity: 1, Fn: hasRootLayout},
		{Name: "endpoint", Arity: 0, Fn: endpointOf},
		{Name: "local_path", Arity: 1, Fn: func(t *interp.Thread, a []term.Term) term.Term {
			return str(validateLocalURL(t, a[0], "redirect/2"))
		}},
		{Name: "render_view", Arity: 3, Fn: renderView},
		{Name: "script_plug", Arity: 0, Fn: scriptPlug},
		{Name: "base_url", Arity: 0, Fn: baseURL},
	}}
}

// SetServer makes a process one that can render views and answer requests with
// the server, as the process of a test.
func SetServer(p *node.Process, s *Server) { setRuntime(p, newRuntime(s, p, p.Scope())) }

// fetchLiveFlash is fetch_live_flash/2: the flash of the session, and the one
// that a live view's redirect left in a cookie.
func fetchLiveFlash(t *interp.Thread, a []term.Term) term.Term {
	controller := term.NewModule("Phoenix.Controller")
	conn := t.Apply(controller, "fetch_flash", a[0], term.Empty)
	private := asMapOr(asMapOr(conn).GetAtom(atomPrivate))
	if flash, ok := private.GetAtom(term.NewAtom("playground_flash")).(*term.Map); ok {
		conn = t.Apply(controller, "merge_flash", conn, flash)
	}
	return conn
}

func decodeQuery(t *interp.Thread, a []term.Term) term.Term {
	query, ok := a[0].(term.Binary)
	if !ok {
		t.RaiseFunctionClause("Plug.Conn.Query", "decode", a)
	}
	t.Burn(1 + len(query)/16)
	return DecodeQuery(string(query))
}

// validCSRF reports whether a masked token stands for that of the session.
func validCSRF(_ *interp.Thread, a []term.Term) term.Term {
	token, _ := a[0].(term.Binary)
	masked, _ := a[1].(term.Binary)
	const size = csrfLength * 4 / 3
	if len(token) != csrfLength || len(masked) != size+csrfLength {
		return term.False
	}
	hidden, err := base64.URLEncoding.DecodeString(string(masked[:size]))
	if err != nil || len(hidden) != csrfLength {
		return term.False
	}
	for i := range hidden {
		hidden[i] ^= masked[size+i]
	}
	return term.Bool(subtle.ConstantTimeCompare(hidden, []byte(token)) == 1)
}

// Signer signs terms for cookies. A Tokens that implements it makes signed
// cookies possible.
type Signer interface {
	// Sign returns a text that only Verify with the same purpose accepts.
	Sign(purpose string, v term.Term) string
	Verify(purpose, text string) (term.Term, bool)
}

func signerOf(t *interp.Thread) Signer {
	if r := runtimeOf(t); r != nil {
		if s, ok := r.server.Tokens.(Signer); ok {
			return s
		}
	}
	t.RaiseArgument("there is no server here that signs cookies")
	return nil
}

func signCookie(t *interp.Thread, a []term.Term) term.Term {
	return str(signerOf(t).Sign("cookie:"+t.ToString(a[0]), a[1]))
}

func verifyCookie(t *interp.Thread, a []term.Term) term.Term {
	if v, ok := signerOf(t).Verify("cookie:"+t.ToString(a[0]), t.ToString(a[1])); ok {
		return term.Tuple{term.OK, v}
	}
	return term.Err
}

// findTemplate says how a module renders a template: with the function of its
// name, or with render/2.
func findTemplate(t *interp.Thread, a []term.Term) term.Term {
	mod, ok := a[0].(term.Atom)
	if !ok {
		t.RaiseFunctionClause("Phoenix.Template", "render", a)
	}
	name := t.ToString(a[1])
	switch p := t.Program(); {
	case p.Exports(mod, name, 1):
		return term.Tuple{term.NewAtom("function"), term.NewAtom(name)}
	case p.Exports(mod, "render", 2):
		return term.NewAtom("render")
	case p.Exists(mod):
		return term.Tuple{term.NewAtom("missing"), str("the module exists but does not define " + name + "/1 nor render/2")}
	}
	return term.Tuple{term.NewAtom("missing"), str("the module does not exist")}
}

// hasRootLayout reports whether a root layout is put around pages: the server
// wants that, and its module was not left out.
func hasRootLayout(t *interp.Thread, a []term.Term) term.Term {
	mod, _ := a[0].(term.Atom)
	r := runtimeOf(t)
	return term.Bool((r == nil || !r.server.Bare) && t.Program().Exists(mod))
}

func endpointOf(t *interp.Thread, _ []term.Term) term.Term {
	if r := runtimeOf(t); r != nil {
		return r.server.endpointModule()
	}
	return defaultEndpoint
}

// renderView renders a live view for a conn: {:ok, html, assigns}, or
// {:redirect, status, flash, opts}. As Phoenix.LiveView.Static.render/3.
func renderView(t *interp.Thread, a []term.Term) term.Term {
	conn, _ := a[0].(*term.Map)
	view, isAtom := a[1].(term.Atom)
	opts, _ := a[2].(*term.List)
	r := runtimeOf(t)
	if conn == nil || !isAtom || r == nil {
		t.RaiseFunctionClause("Phoenix.LiveView.Static", "render", a)
	}
	d := deadRenderOf(t, r, conn, view, opts)
	child := newRuntime(r.server, r.proc, r.scope)
	child.view, child.handled = view, r.handled
	setRuntime(r.proc, child)
	id := newID()
	if r.scope.On() {
		r.scope.View = id
	}
	page, e := d.try(child, id)
	setRuntime(r.proc, r)
	if e != nil {
		t.Reraise(e)
	}
	if page.Redirect != nil {
		return redirectOf(page.Redirect)
	}
	if r.handled != nil {
		r.handled.page = page
	}
	return term.Tuple{term.OK, str(page.HTML), page.Assigns.Delete(atomFlash).Delete(atomChanged).Delete(atomLiveAction).
		Put(atomLiveAction, orNil(page.Assigns.GetAtom(atomLiveAction))).Put(atomFlash, orNil(page.Assigns.GetAtom(atomFlash)))}
}

// redirectOf is {kind, status, flash, opts} of a view's redirect.
func redirectOf(red *Redirect) term.Term {
	flash := term.Empty
	for k, v := range orEmpty(red.Flash).All() {
		flash = &term.List{Head: term.Tuple{k, v}, Tail: flash}
	}
	key := atomExternal
	if strings.HasPrefix(red.To, "/") {
		key = atomTo
	}
	kind := atomRedirect
	if red.Live {
		kind = term.NewAtom("live_redirect")
	}
	return term.Tuple{kind, term.Int(red.Status), flash, term.NewList(term.Tuple{key, str(red.To)})}
}

// deadRenderOf is the render of a view that a conn asks for. When the router's
// live/4 led there, the route is known, and the view's params are the conn's.
func deadRenderOf(t *interp.Thread, r *runtime, conn *term.Map, view term.Atom, opts *term.List) *deadRender {
	private, _ := conn.GetAtom(atomPrivate).(*term.Map)
	assigns, _ := conn.GetAtom(atomAssigns).(*term.Map)
	flash, _ := orEmpty(assigns).GetAtom(atomFlash).(*term.Map)
	session, ok := private.GetAtom(atomPlugSession).(*term.Map)
	if !ok {
		session, _ = private.GetAtom(atomOwnSession).(*term.Map)
	}
	url := t.ToString(t.Apply(atomConn, "request_url", conn))
	d := &deadRender{server: r.server, url: parseURL(url), assigns: assigns,
		req: PageRequest{URL: url, Session: session, Flash: flash, Options: opts, Info: infoOf(t, r, conn)}}
	d.route = routed{Route: &Route{View: view}, params: DecodeQuery(d.url.query)}
	if route, ok := liveRoute(t, conn, view); ok {
		d.routed, d.route.Route = true, route
		if params, ok := conn.GetAtom(term.NewAtom("params")).(*term.Map); ok {
			d.route.params = params
		}
	}
	return d
}

// infoOf is what get_connect_info/2 can return of a conn.
func infoOf(t *interp.Thread, r *runtime, conn *term.Map) ConnectInfo {
	if r.handled != nil {
		return r.handled.req.Info
	}
	return ConnInfo(t, conn)
}

// testPort is the port of the peer of a test's conn.
const testPort = 111317

// ConnInfo is what get_connect_info/2 can return of a conn that no request
// stands behind, as that of a test.
func ConnInfo(t *interp.Thread, conn *term.Map) ConnectInfo {
	info := ConnectInfo{PeerAddr: "127.0.0.1", PeerPort: testPort, Host: t.ToString(orNil(conn.GetAtom(term.NewAtom("host"))))}
	headers, _ := conn.GetAtom(term.NewAtom("req_headers")).(*term.List)
	for e := range headers.All() {
		kv, ok := e.(term.Tuple)
		if !ok || len(kv) != 2 {
			continue
		}
		name, value := t.ToString(kv[0]), t.ToString(kv[1])
		switch {
		case name == "user-agent":
			info.UserAgent = value
		case strings.HasPrefix(name, "x-"):
			info.Headers = append(info.Headers, Attr{name, value})
		case name == "traceparent" || name == "tracestate":
			info.Trace = append(info.Trace, Attr{name, value})
		}
	}
	return info
}
