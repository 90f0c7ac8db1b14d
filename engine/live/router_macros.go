package live

import (
	"fmt"
	"slices"
	"strings"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/source"
	"streamsplayground/engine/syntax"
	"streamsplayground/engine/term"
)

// RouterModules returns the native modules Phoenix.Router and
// Phoenix.LiveView.Router, whose macros describe routes in a module's body.
// They run as the body is compiled, in the order in which they are written;
// those inside of other code, such as a comprehension, when that is run.
func RouterModules() []*interp.NativeModule {
	macro := func(name string, f func(*routerCall) (syntax.Node, error)) interp.NativeMacro {
		return interp.NativeMacro{Name: name, Arity: -1, Expand: func(env *interp.Env, call *syntax.Call) (syntax.Node, error) {
			return expandRouter(env, call, f)
		}}
	}
	router := &interp.NativeModule{Name: "Phoenix.Router", Funcs: routerFuncs(), Macros: []interp.NativeMacro{
		{Name: "__using__", Arity: -1, Expand: useRouter},
		macro("scope", (*routerCall).scope),
		macro("__end_scope__", (*routerCall).endScope),
		macro("pipeline", (*routerCall).pipeline),
		macro("__end_pipeline__", (*routerCall).endPipeline),
		macro("plug", (*routerCall).plug),
		macro("pipe_through", (*routerCall).pipeThrough),
		macro("match", (*routerCall).match),
	}}
	for _, verb := range []string{"get", "post", "put", "patch", "delete", "options", "head", "connect", "trace"} {
		router.Macros = append(router.Macros, macro(verb, (*routerCall).controller))
	}
	router.Macros = append(router.Macros, macro("forward", (*routerCall).forward), macro("resources", (*routerCall).resources))
	liveRouter := &interp.NativeModule{Name: "Phoenix.LiveView.Router", Funcs: []interp.NativeFunc{
		{Name: "fetch_live_flash", Arity: 1, Fn: fetchLiveFlash},
		{Name: "fetch_live_flash", Arity: 2, Fn: fetchLiveFlash},
	}, Macros: []interp.NativeMacro{
		macro("live", (*routerCall).live),
		macro("live_session", (*routerCall).liveSession),
		macro("__end_live_session__", (*routerCall).endLiveSession),
	}}
	return []*interp.NativeModule{router, liveRouter}
}

// routerBuild is a router while its module is compiled. It is kept in a module
// attribute, and so is a term to the language.
type routerBuild struct {
	table     RouteTable
	scopes    []routerScope
	session   *liveSession
	sessions  []string
	pipelines map[string]*pipeline
	inside    *pipeline // that is being defined
	// helpers says that the router has a module of helpers.
	helpers bool
}

// Kind implements term.Term.
func (*routerBuild) Kind() term.Kind { return term.KindRef }

type routerScope struct {
	path             []string
	alias            []string
	as               []string // of the names of helpers
	log              term.Term
	pipes            []string
	host             string
	private, assigns *term.Map
}

type liveSession struct {
	name       string
	session    *term.Map
	sessionFun term.Term
	onMount    []term.Term
	layout     term.Term
	rootLayout term.Term
}

type pipeline struct {
	name       string
	rootLayout term.Term
	plugs      []plugCall
	// single is set for a function plug of pipe_through.
	single bool
}

func (b *routerBuild) top() *routerScope { return &b.scopes[len(b.scopes)-1] }

// useRouter expands use Phoenix.Router.
func useRouter(env *interp.Env, call *syntax.Call) (syntax.Node, error) {
	module, ok := env.Module()
	if !ok {
		return nil, argumentError(call, "Phoenix.Router is for modules")
	}
	b := &routerBuild{helpers: true, table: RouteTable{Module: module}, scopes: []routerScope{{log: term.NewAtom("debug"), private: term.EmptyMap, assigns: term.EmptyMap}}, pipelines: map[string]*pipeline{}}
	if len(call.Args) > 0 {
		v, err := env.Eval(call.Args[len(call.Args)-1])
		if err != nil {
			return nil, err
		}
		opts, _ := v.(*term.List)
		b.helpers = keyword(opts, "helpers") != term.Term(term.False)
	}
	env.PutAttribute(routesAttribute, b)
	b.define(env)
	env.AtEnd(b.definePipelines)
	return &syntax.Block{At: syntax.At{At: call.Span()}, Exprs: []syntax.Node{importNode(call, "Elixir", "Phoenix", "Router"),
		importNode(call, "Elixir", "Plug", "Conn"), importNode(call, "Elixir", "Phoenix", "Controller")}}, nil
}

func importNode(call *syntax.Call, segs ...string) syntax.Node {
	at := syntax.At{At: call.Span()}
	return &syntax.Call{At: at, Name: "import", NameAt: call.Span(), Args: []syntax.Node{&syntax.Alias{At: at, Segs: segs}}}
}

func argumentError(n syntax.Node, format string, args ...any) error {
	return &source.Diagnostic{Kind: "ArgumentError", Span: n.Span(), Message: fmt.Sprintf(format, args...)}
}

// routerCall is one call of a macro in a router.
type routerCall struct {
	*routerBuild
	env  *interp.Env
	call *syntax.Call
	args []syntax.Node
	body syntax.Node // of the do-block, nil for none
	// values are those of the arguments when they are known already.
	values map[syntax.Node]term.Term
}

func expandRouter(env *interp.Env, call *syntax.Call, f func(*routerCall) (syntax.Node, error)) (syntax.Node, error) {
	b, ok := env.Attribute(routesAttribute).(*routerBuild)
	if !ok {
		return nil, argumentError(call, "%s can only be used in a module that has \"use Phoenix.Router\"", call.Name)
	}
	c := &routerCall{routerBuild: b, env: env, call: call, args: call.Rest()}
	if do := call.Section("do"); do != nil {
		c.body = do.Body
	}
	if env.Inside() && c.inside == nil && call.Name != "pipeline" {
		return c.later(f), nil
	}
	return f(c)
}

// nothing is what a macro expands to that leaves no code.
func (c *routerCall) nothing() syntax.Node {
	return &syntax.Atom{At: syntax.At{At: c.call.Span()}, Name: "ok"}
}

// around returns the body followed by a call of the macro that ends it.
func (c *routerCall) around(module []string, end string) syntax.Node {
	at := syntax.At{At: c.call.Span()}
	done := &syntax.Call{At: at, Target: &syntax.Alias{At: at, Segs: append([]string{"Elixir"}, module...)}, Name: end, NameAt: c.call.Span(), Parens: true}
	return &syntax.Block{At: at, Exprs: []syntax.Node{c.body, done}}
}

func (c *routerCall) fail(format string, args ...any) error {
	return argumentError(c.call, format, args...)
}

// value evaluates argument i, nil when there is none.
func (c *routerCall) value(i int) (term.Term, error) {
	if i >= len(c.args) {
		return nil, nil
	}
	return c.eval(c.args[i])
}

func (c *routerCall) path(v term.Term) (string, error) {
	p, ok := v.(term.Binary)
	if !ok {
		return "", c.fail("router paths must be strings, got: %s", term.Inspect(v))
	}
	if !strings.HasPrefix(string(p), "/") {
		p = "/" + p
	}
	return string(p), nil
}

// target returns the path and the module that the arguments of a route begin
// with.
func (c *routerCall) target(args []syntax.Node) (path string, module term.Atom, err error) {
	v, err := c.eval(args[0])
	if err != nil {
		return "", module, err
	}
	if path, err = c.path(v); err != nil {
		return "", module, err
	}
	module, ok := c.expand(args[1])
	if !ok {
		return "", module, c.fail("routes expect a module plug as second argument")
	}
	return path, module, nil
}

// scope expands scope/2, /3 and /4.
func (c *routerCall) scope() (syntax.Node, error) {
	if c.body == nil || len(c.args) == 0 || len(c.args) > 3 {
		return nil, c.fail("scope expects a path, an alias or options, and a do-block")
	}
	s := *c.top()
	for i := range c.args {
		v, err := c.value(i)
		if err != nil {
			return nil, err
		}
		if err := c.scopeArgument(&s, v); err != nil {
			return nil, err
		}
	}
	c.scopes = append(c.scopes, s)
	return c.around([]string{"Phoenix", "Router"}, "__end_scope__"), nil
}

func (c *routerCall) scopeArgument(s *routerScope, v term.Term) error {
	switch v := v.(type) {
	case term.Binary:
		path, err := c.path(v)
		s.path = append(slices.Clip(s.path), splitPath(path)...)
		return err
	case term.Atom:
		s.alias = joinAlias(s.alias, v)
	case *term.List:
		for e := range v.All() {
			pair, ok := e.(term.Tuple)
			if !ok || len(pair) != 2 {
				return c.fail("scope expects options as a keyword list, got: %s", term.Inspect(v))
			}
			switch key := atomName(pair[0]); key {
			case "path", "alias":
				if err := c.scopeArgument(s, pair[1]); err != nil {
					return err
				}
			case "host":
				host, ok := pair[1].(term.Binary)
				if !ok {
					return c.fail("expected router scope :host to be compile-time string, got: %s", term.Inspect(pair[1]))
				}
				s.host = string(host)
			case "private", "assigns":
				more, ok := pair[1].(*term.Map)
				if !ok {
					return c.fail("expected router scope :%s to be a map, got: %s", key, term.Inspect(pair[1]))
				}
				if key == "private" {
					s.private = term.MergeMaps(s.private, more)
				} else {
					s.assigns = term.MergeMaps(s.assigns, more)
				}
			case "log":
				s.log = pair[1]
			case "as":
				if term.Truthy(pair[1]) {
					s.as = append(slices.Clip(s.as), nameText(pair[1]))
				}
			default:
				return c.notHere("the option %s of scope", key)
			}
		}
	default:
		return c.fail("scope expects a path, an alias or options, got: %s", term.Inspect(v))
	}
	return nil
}

// nameText is a name that may be an atom or a string.
func nameText(t term.Term) string {
	if b, ok := t.(term.Binary); ok {
		return string(b)
	}
	return atomName(t)
}

func atomName(t term.Term) string {
	a, _ := t.(term.Atom)
	return a.Name()
}

// joinAlias appends a module to a scope's alias; false drops the alias.
func joinAlias(alias []string, m term.Atom) []string {
	switch m {
	case term.False:
		return nil
	case term.Nil:
		return alias
	}
	return append(slices.Clip(alias), strings.TrimPrefix(m.Name(), "Elixir."))
}

func (c *routerCall) notHere(format string, args ...any) error {
	return &source.Diagnostic{Span: c.call.Span(), Unsupported: true,
		Message: fmt.Sprintf(format, args...) + " is Phoenix, but not a part of this playground",
		Hint:    "live views are routed with live/4 in scopes and live_sessions"}
}

func (c *routerCall) endScope() (syntax.Node, error) {
	c.scopes = c.scopes[:len(c.scopes)-1]
	return c.nothing(), nil
}

func (c *routerCall) pipeThrough() (syntax.Node, error) {
	v, err := c.value(0)
	if err != nil {
		return nil, err
	}
	pipes := []term.Term{v}
	if l, ok := v.(*term.List); ok {
		pipes, _ = l.Slice()
	}
	top := c.top()
	for _, p := range pipes {
		name := atomName(p)
		if slices.Contains(top.pipes, name) {
			return nil, c.fail("duplicate pipe_through for %s. A plug may only be used once inside a scoped pipe_through", term.Inspect(p))
		}
		if name == "" {
			return nil, c.fail("unknown pipeline %s", term.Inspect(p))
		}
		if c.pipelines[name] == nil {
			// A function plug, in the scope of the router.
			c.pipelines[name] = &pipeline{name: name, single: true, plugs: []plugCall{{at: c.call.Span(), name: name}}}
		}
		top.pipes = append(slices.Clip(top.pipes), name)
	}
	return c.nothing(), nil
}

// fullPath is a path behind those of the scopes.
func (c *routerCall) fullPath(path string) string {
	return "/" + strings.Join(append(slices.Clip(c.top().path), splitPath(path)...), "/")
}

// fullModule is a module behind the aliases of the scopes.
func (c *routerCall) fullModule(m term.Atom) term.Atom {
	if len(c.top().alias) == 0 {
		return m
	}
	return term.NewModule(strings.Join(joinAlias(c.top().alias, m), "."))
}

// scoped fills in what the scopes around a route say.
func (c *routerCall) scoped(r tableRoute) tableRoute {
	top := c.top()
	r.at = c.call.Span()
	r.pipes, r.host, r.private, r.assigns, r.forward = top.pipes, top.host, top.private, top.assigns, -1
	r.metadata = orEmpty(r.metadata).Put(term.NewAtom("log"), orNil(top.log))
	return r
}

// named gives a route the helper of a name below those of the scopes, or none
// for nil.
func (c *routerCall) named(r *tableRoute, as term.Term) {
	r.helper = ""
	if as != nil && as != term.Term(term.Nil) {
		r.helper = strings.Join(append(slices.Clip(c.top().as), nameText(as)), "_")
	}
}

// controller expands get/3 and its like.
func (c *routerCall) controller() (syntax.Node, error) {
	return c.addController(strings.ToUpper(c.call.Name), c.args)
}

func (c *routerCall) match() (syntax.Node, error) {
	if len(c.args) == 0 {
		return nil, c.fail("match expects a verb")
	}
	v, err := c.value(0)
	if err != nil {
		return nil, err
	}
	return c.addController(strings.ToUpper(atomName(v)), c.args[1:])
}

func (c *routerCall) addController(method string, args []syntax.Node) (syntax.Node, error) {
	if len(args) < 2 {
		return nil, c.fail("%s expects a path and a plug", c.call.Name)
	}
	path, module, err := c.target(args)
	if err != nil {
		return nil, err
	}
	r := c.scoped(tableRoute{RouteInfo: RouteInfo{Method: method, Path: c.fullPath(path), View: c.fullModule(module)}, opts: term.Empty})
	c.named(&r, str(resourceName(module)))
	if len(args) > 2 {
		if r.opts, err = c.eval(args[2]); err != nil {
			return nil, err
		}
	}
	if len(args) > 3 {
		if err := c.routeOptions(&r, args[3]); err != nil {
			return nil, err
		}
	}
	c.table.add(r)
	return c.nothing(), nil
}

// routeOptions takes the options of get/4 and its like.
func (c *routerCall) routeOptions(r *tableRoute, n syntax.Node) error {
	v, err := c.eval(n)
	if err != nil {
		return err
	}
	opts, ok := v.(*term.List)
	if !ok {
		return c.fail("%s expects options as a keyword list, got: %s", c.call.Name, term.Inspect(v))
	}
	if m, ok := keyword(opts, "private").(*term.Map); ok {
		r.private = term.MergeMaps(r.private, m)
	}
	if m, ok := keyword(opts, "assigns").(*term.Map); ok {
		r.assigns = term.MergeMaps(r.assigns, m)
	}
	if m, ok := keyword(opts, "metadata").(*term.Map); ok {
		r.metadata = term.MergeMaps(m, r.metadata)
	}
	if level := keyword(opts, "log"); level != nil {
		r.metadata = r.metadata.Put(term.NewAtom("log"), level)
	}
	if as, ok := term.KeywordGet(opts, term.NewAtom("as")); ok {
		c.named(r, as)
	}
	if keyword(opts, "alias") == term.Term(term.False) {
		if module, ok := c.expand(c.args[1]); ok && c.call.Name != "match" {
			r.View = module
		}
	}
	return nil
}

// keyword is the value of a key, nil when it is not there.
func keyword(l *term.List, key string) term.Term {
	v, ok := term.KeywordGet(l, term.NewAtom(key))
	if !ok {
		return nil
	}
	return v
}

// forward expands forward/3: all that begins with a path goes to a plug, which
// sees the rest of it.
func (c *routerCall) forward() (syntax.Node, error) {
	if len(c.args) < 2 {
		return nil, c.fail("forward expects a path and a plug")
	}
	before := len(c.table.routes)
	n, err := c.addController("*", c.args)
	if err != nil || len(c.table.routes) == before {
		return n, err
	}
	r := &c.table.routes[before]
	r.forward, r.helper = len(r.segments), ""
	var segments []term.Term
	for _, s := range r.segments {
		segments = append(segments, str(s.text))
	}
	r.metadata = r.metadata.Put(term.NewAtom("forward"), term.NewList(segments...))
	r.segments = append(r.segments, segment{param: forwardedPath, glob: true})
	return n, nil
}

// forwardedPath is the parameter that takes what is left of a path; it is not
// one of the request's.
const forwardedPath = "_forward_path_info"
