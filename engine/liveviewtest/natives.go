package liveviewtest

import (
	"net/url"
	"strings"
	"time"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/live"
	"streamsplayground/engine/rendered"
	"streamsplayground/engine/term"
)

const clientProxy = "Phoenix.LiveViewTest.ClientProxy"

// Modules returns the native modules that those of Prelude stand on.
func Modules() []*interp.NativeModule {
	return []*interp.NativeModule{lazyHTML(), sandbox(), {Name: clientProxy, Funcs: []interp.NativeFunc{
		{Name: "start_link", Arity: 1, Fn: startLink},
		{Name: "await_end", Arity: 1, Fn: awaitEnd},
		{Name: "join_upload", Arity: 1, Fn: joinUpload},
		{Name: "push_chunk", Arity: 2, Fn: pushChunk},
		{Name: "dispatch", Arity: 3, Fn: dispatch},
		{Name: "isolated", Arity: 3, Fn: isolated},
		{Name: "render_component", Arity: 4, Fn: renderComponent},
		{Name: "render_template", Arity: 1, Fn: renderTemplate},
		{Name: "live_route?", Arity: 1, Fn: isLiveRoute},
		{Name: "path_params", Arity: 1, Fn: pathParams},
		{Name: "sign_flash", Arity: 1, Fn: signFlash},
		{Name: "verify_flash", Arity: 1, Fn: verifyFlash},
		{Name: "strings", Arity: 1, Fn: formStrings},
	}}}
}

// awaitEnd waits until the views of a proxy have ended, whose ref is given. The
// process that the test's supervisor starts for each proxy waits so: when a
// test is over, so are its views.
func awaitEnd(t *interp.Thread, a []term.Term) term.Term {
	s, p := suiteOf(t)
	v, found := s.proxies.LoadAndDelete(a[0])
	if !found {
		return term.OK
	}
	x := v.(*proxy)
	p.Node().Exit(x.p.PID(), shutdown(term.NewAtom("test_over")))
	p.Await(x.ended, endTimeout)
	return term.OK
}

// endTimeout is how long the end of a test waits for its views.
const endTimeout = 6 * time.Second

// flashCookie is the cookie in which a redirect of a live view takes its flash
// along.
const flashCookie = "__phoenix_flash__"

// dispatch runs the endpoint for a conn in the process of the test: an endpoint
// that is a plug is called, and else the router.
func dispatch(t *interp.Thread, a []term.Term) term.Term {
	s, p := suiteOf(t)
	conn, isMap := a[0].(*term.Map)
	endpoint, isAtom := a[1].(term.Atom)
	if !isMap || !isAtom {
		t.RaiseFunctionClause("Phoenix.ConnTest", "dispatch_endpoint", a)
	}
	live.SetServer(p, s.Live)
	private, _ := conn.GetAtom(term.NewAtom("private")).(*term.Map)
	private = orEmpty(private).Put(term.NewAtom("phoenix_router"), s.Live.RouterModule)
	if private.GetAtom(term.NewAtom("before_send")) == nil {
		private = private.Put(term.NewAtom("before_send"), term.Empty)
	}
	if token := cookie(conn, flashCookie); token != "" {
		if flash := s.Tokens.VerifyFlash(token); flash.Len() > 0 {
			private = private.Put(term.NewAtom("playground_flash"), flash)
		}
	}
	conn = conn.Put(term.NewAtom("private"), private)
	plug := s.Live.RouterModule
	if t.Program().Exports(endpoint, "call", 2) {
		plug = endpoint
	}
	if plug.IsZero() {
		return t.Apply(term.NewModule("Phoenix.LiveViewTest.Routes"), "call", conn, s.unrouted(conn))
	}
	return t.Apply(plug, "call", conn, t.Apply(plug, "init", a[2]))
}

// cookie returns a cookie of the request.
func cookie(conn *term.Map, name string) string {
	headers, _ := conn.GetAtom(term.NewAtom("req_headers")).(*term.List)
	for e := range headers.All() {
		pair, isPair := e.(term.Tuple)
		if !isPair || len(pair) != 2 || textOf(pair[0]) != "cookie" {
			continue
		}
		for part := range strings.SplitSeq(textOf(pair[1]), ";") {
			if v, found := strings.CutPrefix(strings.TrimSpace(part), name+"="); found {
				return v
			}
		}
	}
	return ""
}

// unrouted returns the view at the path of a conn where there is no router
// module, nil for none.
func (s *Suite) unrouted(conn *term.Map) term.Term {
	route, found := s.Live.Router.Route(textOf(conn.GetAtom(term.NewAtom("request_path"))))
	if !found {
		return term.Nil
	}
	return route.View
}

// isolated renders a view for a conn that asks for no path.
func isolated(t *interp.Thread, a []term.Term) term.Term {
	s, p := suiteOf(t)
	live.SetServer(p, s.Live)
	conn := t.Apply(term.NewModule("Phoenix.LiveView.Router"), "fetch_live_flash", a[0], term.Empty)
	return t.Apply(term.NewModule("Phoenix.LiveView.Controller"), "live_render", conn, a[1], a[2])
}

func renderComponent(t *interp.Thread, a []term.Term) term.Term {
	s, _ := suiteOf(t)
	module, isAtom := a[0].(term.Atom)
	assigns, isMap := a[1].(*term.Map)
	if !isAtom || !isMap {
		t.RaiseFunctionClause("Phoenix.LiveViewTest", "__render_component__", a)
	}
	return term.Binary(s.Live.RenderComponent(t, module, assigns, a[2], a[3]))
}

func renderTemplate(t *interp.Thread, a []term.Term) term.Term {
	s, _ := suiteOf(t)
	template, isTemplate := a[0].(*rendered.Rendered)
	if !isTemplate {
		t.RaiseFunctionClause("Phoenix.LiveView.Diff", "render", []term.Term{a[0]})
	}
	return term.Binary(s.Live.RenderTemplate(t, template))
}

func isLiveRoute(t *interp.Thread, a []term.Term) term.Term {
	s, _ := suiteOf(t)
	_, found := s.Live.Router.Route(pathOf(textOf(a[0])))
	return term.Bool(found)
}

// pathParams returns the parameters that the route of a path takes from it, nil
// if there is no such route.
func pathParams(t *interp.Thread, a []term.Term) term.Term {
	s, _ := suiteOf(t)
	path := textOf(a[0])
	if u, err := url.Parse(path); err == nil {
		path = u.EscapedPath()
	}
	if route, found := s.Live.Router.Route(path); found {
		return orEmpty(route.Params)
	}
	if table, isTable := s.Live.Router.(*live.RouteTable); isTable {
		if params, found := table.PathParams("GET", path); found {
			return params
		}
	}
	return term.Nil
}

func signFlash(t *interp.Thread, a []term.Term) term.Term {
	s, _ := suiteOf(t)
	flash, _ := a[0].(*term.Map)
	return term.Binary(s.Tokens.SignFlash(orEmpty(flash)))
}

func verifyFlash(t *interp.Thread, a []term.Term) term.Term {
	s, _ := suiteOf(t)
	token, isText := a[0].(term.Binary)
	if !isText {
		return term.EmptyMap
	}
	return s.Tokens.VerifyFlash(string(token))
}

// formStrings makes strings of the keys and values that a test gives to a form.
func formStrings(t *interp.Thread, a []term.Term) term.Term {
	x := &proxy{t: t}
	return x.texts(x.stringify(a[0]))
}

// texts makes strings of all that is no map or list.
func (x *proxy) texts(v term.Term) term.Term {
	switch v := v.(type) {
	case *term.Map:
		if _, isStruct := v.StructName(); isStruct {
			break
		}
		out := term.EmptyMap
		for k, e := range v.All() {
			out = out.Put(k, x.texts(e))
		}
		return out
	case *term.List:
		list, _ := v.Slice()
		for i, e := range list {
			list[i] = x.texts(e)
		}
		return term.NewList(list...)
	}
	return term.Binary(x.t.ToString(v))
}

// connectInfo is what get_connect_info/2 reads in a connected view: a map that
// the test gave, or what its conn says.
func connectInfo(t *interp.Thread, v term.Term) live.ConnectInfo {
	m, isMap := v.(*term.Map)
	if !isMap {
		return live.ConnectInfo{}
	}
	if name, isStruct := m.StructName(); !isStruct || name != term.NewModule("Plug.Conn") {
		return live.ConnectInfo{Given: m}
	}
	return live.ConnInfo(t, m)
}
