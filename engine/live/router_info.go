package live

import (
	"strings"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/syntax"
	"streamsplayground/engine/term"
)

// routerFuncs are the functions of Phoenix.Router.
func routerFuncs() []interp.NativeFunc {
	return []interp.NativeFunc{
		{Name: "routes", Arity: 1, Fn: func(t *interp.Thread, a []term.Term) term.Term { return routerArg(t, "routes", a).list() }},
		{Name: "route_info", Arity: 4, Fn: routeInfo},
		{Name: lateName, Arity: 2, Fn: routeLate},
	}
}

// routerArg is the router that the first argument names.
func routerArg(t *interp.Thread, fun string, a []term.Term) *routerBuild {
	module, _ := a[0].(term.Atom)
	b, ok := t.Program().Attribute(module, routesAttribute).(*routerBuild)
	if !ok {
		t.RaiseFunctionClause("Phoenix.Router", fun, a)
	}
	return b
}

// routeInfo is route_info/4: what is known of the route of a request, or
// :error.
func routeInfo(t *interp.Thread, a []term.Term) term.Term {
	b := routerArg(t, "route_info", a)
	path := ""
	if text, ok := a[2].(term.Binary); ok {
		path = string(text)
	} else if list, ok := a[2].(*term.List); ok {
		path = joinPath(t, list)
	}
	host := ""
	if text, ok := a[3].(term.Binary); ok {
		host = string(text)
	}
	r, ok := b.table.findOn(t.ToString(a[1]), host, path)
	if !ok {
		return term.Err
	}
	return b.metadata(&r)
}

// metadata is what events tell of a route, and Phoenix.Router.route_info/4.
func (b *routerBuild) metadata(r *tableRoute) *term.Map {
	pipes := make([]term.Term, len(r.pipes))
	for i, p := range r.pipes {
		pipes[i] = term.NewAtom(p)
	}
	m := orEmpty(r.metadata)
	if r.Live {
		m = m.Put(phxLiveView, term.Tuple{r.View, orNil(r.Action), b.liveOpts(r), b.liveSession(r)})
	}
	for k, v := range map[string]term.Term{"route": str(r.Path), "plug": r.plug(), "plug_opts": orNil(r.opts),
		"path_params": orEmpty(r.route.Params), "pipe_through": term.NewList(pipes...)} {
		m = m.Put(term.NewAtom(k), v)
	}
	return m
}

// plug is the module that a route leads to.
func (r *tableRoute) plug() term.Atom {
	if r.Live {
		return term.NewModule("Phoenix.LiveView.Plug")
	}
	return r.View
}

// list is what Phoenix.Router.routes/1 returns.
func (b *routerBuild) list() term.Term {
	out := make([]term.Term, len(b.table.routes))
	for i := range b.table.routes {
		r := &b.table.routes[i]
		helper := term.Term(term.Nil)
		if r.helper != "" {
			helper = str(r.helper)
		}
		metadata := orEmpty(r.metadata)
		if r.Live {
			metadata = metadata.Put(phxLiveView, term.Tuple{r.View, orNil(r.Action), b.liveOpts(r), b.liveSession(r)})
		}
		verb := term.NewAtom(strings.ToLower(r.Method))
		out[i] = term.NewMap(term.NewAtom("verb"), verb, term.NewAtom("path"), str(r.Path), term.NewAtom("plug"), r.plug(),
			term.NewAtom("plug_opts"), orNil(r.opts), term.NewAtom("helper"), helper, term.NewAtom("metadata"), metadata)
	}
	return term.NewList(out...)
}

// helperModule is Phoenix.Router.Helpers.define(router, place, routes), which
// defines the module of the functions that make the routes' paths.
func (b *routerBuild) helperModule(env *interp.Env) syntax.Node {
	var routes []term.Term
	for i := range b.table.routes {
		if r := &b.table.routes[i]; r.helper != "" {
			routes = append(routes, term.Tuple{str(r.helper), orNil(r.opts), r.pieces()})
		}
	}
	at := env.Span()
	place := term.Keyword("file", str(at.File.Name()), "line", term.Int(at.Pos().Line))
	return remoteCall(at, moduleNode(at, "Phoenix.Router.Helpers"), "define",
		interp.Value(b.table.Module, at), interp.Value(place, at), interp.Value(term.NewList(routes...), at))
}

// pieces are the segments of a route: texts, {:param, text, name} and
// {:glob, text, name}.
func (r *tableRoute) pieces() term.Term {
	out := make([]term.Term, len(r.segments))
	for i, s := range r.segments {
		switch {
		case s.glob:
			out[i] = term.Tuple{term.NewAtom("glob"), str(s.text), str(s.param)}
		case s.param != "":
			out[i] = term.Tuple{term.NewAtom("param"), str(s.text), str(s.param)}
		default:
			out[i] = str(s.text)
		}
	}
	return term.NewList(out...)
}
