package live

import (
	"strings"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/node"
	"streamsplayground/engine/term"
)

// define adds the functions of a plug to the router: call/2 finds the route of
// a conn, runs its pipelines and then what the route names.
func (b *routerBuild) define(env *interp.Env) {
	definePlug(env, func(t *interp.Thread, _ term.Atom, a []term.Term) term.Term {
		conn, ok := a[0].(*term.Map)
		if !ok {
			t.RaiseFunctionClause(term.Inspect(b.table.Module), "call", a)
		}
		return b.dispatch(t, conn)
	})
}

// The fields of a conn.
var (
	connMethod  = term.NewAtom("method")
	connHost    = term.NewAtom("host")
	connPath    = term.NewAtom("path_info")
	connScript  = term.NewAtom("script_name")
	connParams  = term.NewAtom("params")
	connPathP   = term.NewAtom("path_params")
	connHalted  = term.NewAtom("halted")
	phxRouter   = term.NewAtom("phoenix_router")
	phxLiveView = term.NewAtom("phoenix_live_view")
)

func (b *routerBuild) dispatch(t *interp.Thread, conn *term.Map) term.Term {
	method := t.ToString(orNil(conn.GetAtom(connMethod)))
	host := t.ToString(orNil(conn.GetAtom(connHost)))
	path, _ := conn.GetAtom(connPath).(*term.List)
	text := joinPath(t, path)
	script := orNil(conn.GetAtom(connScript))
	r, ok := b.table.findOn(method, host, text)
	if !ok {
		t.Raise(t.Apply(term.NewModule("Phoenix.Router.NoRouteError"), "exception", term.NewList(
			term.Tuple{term.NewAtom("conn"), conn}, term.Tuple{term.NewAtom("router"), b.table.Module})))
	}
	conn = b.routed(t, conn, &r)
	pipes, bypass := b.bypass(conn, r.pipes)
	if bypass {
		return b.pipeThrough(t, conn, pipes)
	}
	run := func(piped func(*term.Map)) term.Term {
		conn := b.pipeThrough(t, conn, pipes)
		if term.Truthy(orNil(conn.GetAtom(connHalted))) {
			return conn
		}
		piped(conn)
		return b.callRoute(t, conn, &r, path, script)
	}
	if p := node.Of(t); p == nil || handlersOf(p.Node()).count.Load() == 0 {
		return run(func(*term.Map) {})
	}
	return b.told(t, conn, &r, run)
}

// told runs a route between the events of :router_dispatch. As
// Phoenix.Router.__call__/5, which tells of no exception in a pipeline.
func (b *routerBuild) told(t *interp.Thread, conn *term.Map, r *tableRoute, run func(piped func(*term.Map)) term.Term) term.Term {
	metadata := b.metadata(r).Put(term.NewAtom("conn"), conn)
	piped := term.Term(term.Nil)
	call := interp.NewFun(0, func(*interp.Thread, []term.Term) term.Term { return run(func(c *term.Map) { piped = c }) })
	reached := interp.NewFun(0, func(*interp.Thread, []term.Term) term.Term { return piped })
	return t.Apply(term.NewModule("Phoenix.Router.Dispatch"), "run", metadata, call, reached)
}

// pipeThrough runs the pipelines of a route until one halts.
func (b *routerBuild) pipeThrough(t *interp.Thread, conn *term.Map, pipes []string) *term.Map {
	for _, name := range pipes {
		if b.pipelines[name].single {
			name = pipePrefix + name
		}
		next, _ := t.Apply(b.table.Module, name, conn, term.Empty).(*term.Map)
		conn = orEmpty(next)
		if term.Truthy(orNil(conn.GetAtom(connHalted))) {
			return conn
		}
	}
	return conn
}

// callRoute calls what a route leads to.
func (b *routerBuild) callRoute(t *interp.Thread, conn *term.Map, r *tableRoute, path *term.List, script term.Term) term.Term {
	if r.Live {
		return t.Apply(term.NewModule("Phoenix.LiveView.Plug"), "call", conn, r.View)
	}
	out := t.Apply(r.View, "call", conn, t.Apply(r.View, "init", r.opts))
	if m, ok := out.(*term.Map); ok && r.forward >= 0 {
		return m.Put(connPath, path).Put(connScript, script)
	}
	return out
}

// bypass returns the pipelines to run for a conn, and whether nothing else is
// to run: what bypass_through of Phoenix.ConnTest asked for.
func (b *routerBuild) bypass(conn *term.Map, pipes []string) (run []string, bypass bool) {
	private := asMapOr(conn.GetAtom(atomPrivate))
	asked := private.GetAtom(term.NewAtom("phoenix_bypass"))
	if asked == term.Term(term.NewAtom("all")) {
		return nil, true
	}
	pair, ok := asked.(term.Tuple)
	if !ok || len(pair) != 2 || pair[0] != term.Term(b.table.Module) {
		return pipes, false
	}
	list, ok := pair[1].(*term.List)
	if !ok {
		return pipes, true
	}
	for e := range list.All() {
		run = append(run, atomName(e))
	}
	return run, true
}

// routed returns the conn as pipelines see it: with the parameters of the path
// and what the scopes say.
func (b *routerBuild) routed(t *interp.Thread, conn *term.Map, r *tableRoute) *term.Map {
	params := orEmpty(r.route.Params)
	if r.forward >= 0 {
		rest, _ := params.Get(str(forwardedPath))
		params = params.Delete(str(forwardedPath))
		conn = b.forwarded(conn, r.forward, orNil(rest))
	}
	given, ok := conn.GetAtom(connParams).(*term.Map)
	if _, isStruct := given.StructName(); !ok || isStruct {
		conn, _ = t.Apply(atomConn, "fetch_query_params", conn).(*term.Map)
		given, _ = conn.GetAtom(connParams).(*term.Map)
	}
	private := term.MergeMaps(orEmpty(asMapOr(conn.GetAtom(atomPrivate))), orEmpty(r.private))
	private = private.Put(phxRouter, b.table.Module)
	if r.Live {
		private = private.Put(phxLiveView, b.liveTuple(r))
	}
	assigns := term.MergeMaps(asMapOr(conn.GetAtom(atomAssigns)), orEmpty(r.assigns))
	return conn.Put(connParams, term.MergeMaps(orEmpty(given), params)).Put(connPathP, params).Put(atomPrivate, private).Put(atomAssigns, assigns)
}

// forwarded moves the first segments of the path to the script's name.
func (b *routerBuild) forwarded(conn *term.Map, n int, rest term.Term) *term.Map {
	path, _ := conn.GetAtom(connPath).(*term.List)
	script, _ := conn.GetAtom(connScript).(*term.List)
	all, _ := path.Slice()
	before, _ := script.Slice()
	moved := append(append([]term.Term{}, before...), all[:min(n, len(all))]...)
	if _, ok := rest.(*term.List); !ok {
		rest = term.Empty
	}
	return conn.Put(connPath, term.NewList(all[min(n, len(all)):]...)).Put(connScript, term.NewList(moved...))
}

// liveTuple is what Phoenix.LiveView.Plug reads: {view, opts, live_session}.
func (b *routerBuild) liveTuple(r *tableRoute) term.Term {
	return term.Tuple{r.View, b.liveOpts(r), b.liveSession(r)}
}

// liveSession is the live_session of a route as plugs see it.
func (b *routerBuild) liveSession(r *tableRoute) term.Term {
	extra := term.EmptyMap
	if r.sessionRoot != nil {
		extra = extra.Put(term.NewAtom("root_layout"), r.sessionRoot)
	}
	if r.sessionFun != nil {
		extra = extra.Put(atomSession, r.sessionFun)
	} else if r.route.Session != nil {
		extra = extra.Put(atomSession, r.route.Session)
	}
	return term.NewMap(term.NewAtom("name"), term.NewAtom(r.route.LiveSession), term.NewAtom("extra"), extra)
}

func (b *routerBuild) liveOpts(r *tableRoute) term.Term {
	return term.NewList(term.Tuple{atomRouter, b.table.Module}, term.Tuple{term.NewAtom("action"), orNil(r.Action)})
}

// liveRoute finds the live route of a conn that a router sent on.
func liveRoute(t *interp.Thread, conn *term.Map, view term.Atom) (*Route, bool) {
	private := asMapOr(conn.GetAtom(atomPrivate))
	router, ok := private.GetAtom(phxRouter).(term.Atom)
	if !ok || private.GetAtom(phxLiveView) == nil {
		return nil, false
	}
	b, ok := t.Program().Attribute(router, routesAttribute).(*routerBuild)
	if !ok {
		return nil, false
	}
	path, _ := conn.GetAtom(connPath).(*term.List)
	text := joinPath(t, path)
	r, ok := b.table.findOn("GET", t.ToString(orNil(conn.GetAtom(connHost))), text)
	if !ok || !r.Live || r.View != view {
		return nil, false
	}
	return &r.route, true
}

// joinPath is the path that path_info was made of. A path may have very many
// segments.
func joinPath(t *interp.Thread, segments *term.List) string {
	var b strings.Builder
	for e := range segments.All() {
		b.WriteByte('/')
		b.WriteString(t.ToString(e))
	}
	return b.String()
}
