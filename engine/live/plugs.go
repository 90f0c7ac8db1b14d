package live

import (
	"maps"
	"slices"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/source"
	"streamsplayground/engine/syntax"
	"streamsplayground/engine/term"
)

// plugCall is one plug of a pipeline, a controller or a builder: a function by
// its name, or a module.
type plugCall struct {
	at     source.Span
	name   string      // of the function
	module syntax.Node // nil for a function
	opts   syntax.Node // nil for []
	guard  syntax.Node // of a controller's plug, nil for none
	of     term.Atom   // the module, where its name is known
}

// readPlug reads plug(:name, opts when guard).
func readPlug(env *interp.Env, call *syntax.Call) (plugCall, error) {
	p := plugCall{at: call.Span()}
	args := append([]syntax.Node{}, call.Args...)
	if len(args) == 0 || len(args) > 2 {
		return p, argumentError(call, "plug expects a module or the name of a function, and perhaps options")
	}
	if b, ok := args[len(args)-1].(*syntax.Binary); ok && b.Op == "when" {
		p.guard, args[len(args)-1] = b.R, b.L
	}
	if len(args) == 2 {
		p.opts = args[1]
	}
	switch x := args[0].(type) {
	case *syntax.Atom:
		p.name = x.Name
		return p, nil
	case *syntax.Alias:
		p.module = x
		p.of, _ = env.Expand(x)
		return p, nil
	}
	v, err := env.Eval(args[0])
	if err != nil {
		return p, err
	}
	if a, ok := v.(term.Atom); ok {
		p.module, p.of = interp.Value(a, call.Span()), a
		return p, nil
	}
	return p, argumentError(call, "plug expects a module or the name of a function, got: %s", term.Inspect(v))
}

// The nodes that pipelines are made of. Their variables have no place in the
// source, so nobody is told that one is unused.
func variable(name string) syntax.Node { return &syntax.Var{Name: name} }

func localCall(at source.Span, name string, args ...syntax.Node) *syntax.Call {
	return &syntax.Call{At: syntax.At{At: at}, Name: name, NameAt: at, Args: args, Parens: true}
}

func remoteCall(at source.Span, target syntax.Node, name string, args ...syntax.Node) *syntax.Call {
	c := localCall(at, name, args...)
	c.Target = target
	return c
}

func moduleNode(at source.Span, name string) syntax.Node {
	return interp.Value(term.NewModule(name), at)
}

func textNode(at source.Span, text string) syntax.Node {
	return &syntax.String{At: syntax.At{At: at}, Parts: []syntax.Part{{Text: text}}}
}

func emptyList(at source.Span) syntax.Node { return &syntax.List{At: syntax.At{At: at}} }

// defNode is def name(args) do body end.
func defNode(at source.Span, name string, args []syntax.Node, body syntax.Node) syntax.Node {
	head := localCall(at, name, args...)
	def := localCall(at, "def", head)
	def.Do = &syntax.Do{At: at, Sections: []syntax.Section{{Name: "do", At: at, Body: body}}}
	return def
}

// node is {name, fn conn when guard -> plug(conn, opts); conn -> conn end}.
func (p plugCall) node() syntax.Node {
	at := syntax.At{At: p.at}
	opts := p.opts
	if opts == nil {
		opts = emptyList(p.at)
	}
	name, call := p.name+"/2", localCall(p.at, p.name, variable("conn"), opts)
	if p.module != nil {
		name = p.module.Span().Text() + ".call/2"
		call = remoteCall(p.at, p.module, "call", variable("conn"), remoteCall(p.at, p.module, "init", opts))
	}
	clauses := []*syntax.Clause{{At: at, Args: []syntax.Node{variable("conn")}, Guard: p.guard, Body: call}}
	if p.guard != nil {
		clauses = append(clauses, &syntax.Clause{At: at, Args: []syntax.Node{variable("conn")}, Body: variable("conn")})
	}
	return &syntax.Tuple{At: at, Elems: []syntax.Node{textNode(p.at, name), &syntax.Fn{At: at, Clauses: clauses}}}
}

// runPlugs is Plug.Builder.__run__(conn, plugs).
func runPlugs(at source.Span, conn syntax.Node, plugs []plugCall) syntax.Node {
	list := &syntax.List{At: syntax.At{At: at}}
	for _, p := range plugs {
		list.Elems = append(list.Elems, p.node())
	}
	return remoteCall(at, moduleNode(at, "Plug.Builder"), "__run__", conn, list)
}

// pipePrefix begins the names of functions that stand for a single plug of
// pipe_through.
const pipePrefix = "__pipe_through_"

// presentPlugs leaves out the plugs of a project that are not there, saying so.
// known tells the functions that are defined later.
func presentPlugs(env *interp.Env, plugs []plugCall, known func(name string) bool) []plugCall {
	return slices.DeleteFunc(slices.Clone(plugs), func(p plugCall) bool {
		if p.module == nil {
			return !known(p.name) && !env.Callable(p.name, 2) && env.OmitAt(p.at, "plug :"+p.name, "no module that it could be of is in the project or a part of this playground", "")
		}
		mod, ok := env.Expand(p.module)
		if !ok {
			return false
		}
		why, hint, missing := env.Missing(mod)
		return missing && env.OmitAt(p.at, "plug "+term.Inspect(mod), why, hint)
	})
}

// define is def name(conn, _opts), which runs the pipeline.
func (p *pipeline) define(name string) syntax.Node {
	at := source.Span{}
	if len(p.plugs) > 0 {
		at = p.plugs[0].at
	}
	return defNode(at, name, []syntax.Node{variable("conn"), variable("_opts")}, runPlugs(at, variable("conn"), p.plugs))
}

// pipeline expands pipeline/2.
func (c *routerCall) pipeline() (syntax.Node, error) {
	v, err := c.value(0)
	if err != nil {
		return nil, err
	}
	name, ok := v.(term.Atom)
	if !ok || c.body == nil {
		return nil, c.fail("pipeline expects a name and a do-block")
	}
	c.inside = &pipeline{name: name.Name()}
	c.pipelines[c.inside.name] = c.inside
	return c.around([]string{"Phoenix", "Router"}, "__end_pipeline__"), nil
}

func (c *routerCall) endPipeline() (syntax.Node, error) {
	c.inside = nil
	return c.nothing(), nil
}

// definePipelines defines the functions of the pipelines, when all that they
// may call is known.
func (b *routerBuild) definePipelines(env *interp.Env) (syntax.Node, error) {
	out := &syntax.Block{At: syntax.At{At: env.Span()}}
	b.table.routes = slices.DeleteFunc(b.table.routes, func(r tableRoute) bool {
		why, hint, missing := env.Missing(r.View)
		return missing && !r.Live && env.OmitAt(r.at, r.Method+" "+r.Path, why, hint)
	})
	for _, name := range slices.Sorted(maps.Keys(b.pipelines)) {
		p := b.pipelines[name]
		p.plugs = presentPlugs(env, p.plugs, func(name string) bool { return b.pipelines[name] != nil && !b.pipelines[name].single })
		if p.single {
			name = pipePrefix + name
		}
		out.Exprs = append(out.Exprs, p.define(name))
	}
	if b.helpers {
		out.Exprs = append(out.Exprs, b.helperModule(env))
	}
	return out, nil
}

func (c *routerCall) plug() (syntax.Node, error) {
	if c.inside == nil {
		return nil, c.fail("cannot define plug at the router level, plug must be defined inside a pipeline")
	}
	p, err := readPlug(c.env, c.call)
	if err != nil {
		return nil, err
	}
	c.inside.plugs = append(c.inside.plugs, p)
	if p.name == "put_root_layout" && p.opts != nil {
		v, err := c.env.Eval(p.opts)
		if err != nil {
			return nil, err
		}
		if kw, ok := v.(*term.List); ok {
			v, _ = term.KeywordGet(kw, term.NewAtom("html"))
		}
		c.inside.rootLayout = v
	}
	return c.nothing(), nil
}

// builderModules are the macros of Plug.Builder and of controllers.
func builderModules() []*interp.NativeModule {
	using := func(expand func(*interp.Env, *syntax.Call) (syntax.Node, error), more ...interp.NativeMacro) func(*interp.Env, *syntax.Call) (syntax.Node, error) {
		return func(env *interp.Env, call *syntax.Call) (syntax.Node, error) {
			env.DefineMacro(interp.NativeMacro{Name: "__using__", Arity: -1, Expand: expand})
			for _, m := range more {
				env.DefineMacro(m)
			}
			return &syntax.Atom{At: syntax.At{At: call.Span()}, Name: "ok"}, nil
		}
	}
	plug := interp.NativeMacro{Name: "plug", Arity: -1, Expand: addPlug}
	return []*interp.NativeModule{
		{Name: "Plug.Builder.Native", Macros: []interp.NativeMacro{{Name: "__using__", Arity: -1, Expand: using(useBuilder, plug)}}},
		{Name: "Phoenix.Controller.Native", Macros: []interp.NativeMacro{{Name: "__using__", Arity: -1, Expand: using(useController)}}},
		{Name: "Phoenix.Controller.Pipeline", Macros: []interp.NativeMacro{plug, {Name: "action_fallback", Arity: 1, Expand: actionFallback}}},
	}
}

// builderAttribute is the module attribute that plug/2 adds to.
const builderAttribute = "phoenix_plugs"

// builder is a module with plugs while it is compiled.
type builder struct {
	at       source.Span
	plugs    []plugCall
	opts     term.Term   // of use Phoenix.Controller
	fallback syntax.Node // of action_fallback, nil for none
}

// Kind implements term.Term.
func (*builder) Kind() term.Kind { return term.KindRef }

func addPlug(env *interp.Env, call *syntax.Call) (syntax.Node, error) {
	b, ok := env.Attribute(builderAttribute).(*builder)
	if !ok {
		return nil, argumentError(call, "plug can only be used in a module that has \"use Plug.Builder\" or \"use Phoenix.Controller\"")
	}
	p, err := readPlug(env, call)
	if err != nil {
		return nil, err
	}
	b.plugs = append(b.plugs, p)
	// Module.put_attribute(__MODULE__, reached, {N, options}): a plug counts when
	// the body of the module gets to it, which it does not in an if that is not
	// true, and there its options have their values.
	module, _ := env.Module()
	at := call.Span()
	opts := interp.Value(term.Empty, at)
	if _, _, missing := env.Missing(p.of); p.opts != nil && !(p.module != nil && missing) {
		opts = p.opts
	}
	reached := &syntax.Tuple{At: syntax.At{At: at}, Elems: []syntax.Node{interp.Value(term.Int(len(b.plugs)-1), at), opts}}
	return remoteCall(at, moduleNode(at, "Module"), "put_attribute", interp.Value(module, at), interp.Value(term.NewAtom(reachedAttribute), at), reached), nil
}

// reachedAttribute is the module attribute with the numbers of the plugs that
// the body of the module got to, and their options.
const reachedAttribute = "phoenix_plugs_reached"

// reached returns the plugs that the body of the module got to and that are
// there.
func (b *builder) reached(env *interp.Env) []plugCall {
	var out []plugCall
	list, _ := env.Attribute(reachedAttribute).(*term.List)
	for e := range list.All() {
		if pair, ok := e.(term.Tuple); ok && len(pair) == 2 {
			p := b.plugs[pair[0].(term.Int)]
			p.opts = interp.Value(pair[1], p.at)
			out = append(out, p)
		}
	}
	slices.Reverse(out)
	return presentPlugs(env, out, func(string) bool { return false })
}

func actionFallback(env *interp.Env, call *syntax.Call) (syntax.Node, error) {
	b, ok := env.Attribute(builderAttribute).(*builder)
	switch {
	case !ok:
		return nil, argumentError(call, "action_fallback can only be called when using Phoenix.Controller.\nAdd `use Phoenix.Controller` to the module")
	case b.fallback != nil:
		return nil, argumentError(call, "action_fallback can only be called a single time per controller.")
	}
	b.fallback = call.Args[0]
	return &syntax.Atom{At: syntax.At{At: call.Span()}, Name: "ok"}, nil
}

// useBuilder expands use Plug.Builder.
func useBuilder(env *interp.Env, call *syntax.Call) (syntax.Node, error) {
	b := &builder{at: call.Span()}
	env.PutAttribute(builderAttribute, b)
	env.RegisterAttribute(reachedAttribute)
	definePlug(env, func(t *interp.Thread, module term.Atom, a []term.Term) term.Term {
		return t.Apply(module, "plug_builder_call", a...)
	})
	env.AtEnd(func(env *interp.Env) (syntax.Node, error) {
		if env.Defines("plug_builder_call", 2) {
			return nil, nil
		}
		body := runPlugs(b.at, variable("conn"), b.reached(env))
		return defNode(b.at, "plug_builder_call", []syntax.Node{variable("conn"), variable("_opts")}, body), nil
	})
	return &syntax.Block{At: syntax.At{At: call.Span()}, Exprs: []syntax.Node{
		importNode(call, "Elixir", "Plug", "Conn"), importNode(call, "Elixir", "Plug", "Builder")}}, nil
}

// definePlug defines init/1 and call/2 of the module that is compiled.
func definePlug(env *interp.Env, call func(t *interp.Thread, module term.Atom, a []term.Term) term.Term) {
	module, _ := env.Module()
	env.Define(interp.NativeFunc{Name: "init", Arity: 1, Fn: func(_ *interp.Thread, a []term.Term) term.Term { return a[0] }})
	env.Define(interp.NativeFunc{Name: "call", Arity: 2, Fn: func(t *interp.Thread, a []term.Term) term.Term {
		return call(t, module, append([]term.Term{}, a...))
	}})
}

// useController expands use Phoenix.Controller.
func useController(env *interp.Env, call *syntax.Call) (syntax.Node, error) {
	b := &builder{at: call.Span(), opts: term.Empty}
	if len(call.Args) > 0 {
		v, err := env.Eval(call.Args[len(call.Args)-1])
		if err != nil {
			return nil, err
		}
		b.opts = v
	}
	env.PutAttribute(builderAttribute, b)
	env.RegisterAttribute(reachedAttribute)
	definePlug(env, func(t *interp.Thread, module term.Atom, a []term.Term) term.Term {
		conn := t.Apply(atomConn, "merge_private", a[0], term.NewList(
			term.Tuple{term.NewAtom("phoenix_controller"), module}, term.Tuple{term.NewAtom("phoenix_action"), a[1]}))
		return t.Apply(module, "phoenix_controller_pipeline", conn, a[1])
	})
	env.Define(interp.NativeFunc{Name: "action", Arity: 2, Fn: func(t *interp.Thread, a []term.Term) term.Term {
		module, _ := env.Module()
		conn := a[0]
		name := t.Apply(term.NewModule("Phoenix.Controller"), "action_name", conn)
		params := orNil(asMapOr(conn).GetAtom(term.NewAtom("params")))
		return t.Apply(module, atomName(name), conn, params)
	}})
	env.AtEnd(b.controllerPipeline)
	return &syntax.Block{At: syntax.At{At: call.Span()}, Exprs: []syntax.Node{
		importNode(call, "Elixir", "Phoenix", "Controller"), importNode(call, "Elixir", "Plug", "Conn"),
		importNode(call, "Elixir", "Phoenix", "Controller", "Pipeline")}}, nil
}

func asMapOr(v term.Term) *term.Map {
	m, _ := v.(*term.Map)
	return orEmpty(m)
}

// controllerPipeline is what use Phoenix.Controller adds to the end of the
// module:
//
//	def phoenix_controller_pipeline(conn, action) do
//	  case Plug.Builder.__run__(Phoenix.Controller.__defaults__(conn, __MODULE__, opts), plugs) do
//	    %{halted: true} = conn -> conn
//	    conn -> Phoenix.Controller.__action__(conn, __MODULE__, fallback)
//	  end
//	end
func (b *builder) controllerPipeline(env *interp.Env) (syntax.Node, error) {
	module, _ := env.Module()
	at, pos := b.at, syntax.At{At: b.at}
	self := interp.Value(module, at)
	controller := moduleNode(at, "Phoenix.Controller")
	fallback := syntax.Node(&syntax.Atom{At: pos, Name: "nil"})
	if b.fallback != nil {
		fallback = b.fallbackNode()
	}
	halted := &syntax.Binary{At: pos, Op: "=", R: variable("conn"),
		L: &syntax.Map{At: pos, Pairs: []syntax.Pair{{Key: &syntax.Atom{At: pos, Name: "halted"}, Value: &syntax.Atom{At: pos, Name: "true"}, Sugar: true}}}}
	defaults := remoteCall(at, controller, "__defaults__", variable("conn"), self, interp.Value(b.opts, at))
	run := runPlugs(at, defaults, b.reached(env))
	match := localCall(at, "case", run)
	match.Do = &syntax.Do{At: at, Sections: []syntax.Section{{Name: "do", At: at, Clauses: []*syntax.Clause{
		{At: pos, Args: []syntax.Node{halted}, Body: variable("conn")},
		{At: pos, Args: []syntax.Node{variable("conn")}, Body: remoteCall(at, controller, "__action__", variable("conn"), self, fallback)},
	}}}}
	return defNode(at, "phoenix_controller_pipeline", []syntax.Node{variable("conn"), variable("action")}, match), nil
}

// fallbackNode is fn conn, result -> plug(conn, result) end.
func (b *builder) fallbackNode() syntax.Node {
	at := b.fallback.Span()
	args := []syntax.Node{variable("conn"), variable("result")}
	var call syntax.Node
	if name, ok := b.fallback.(*syntax.Atom); ok {
		call = localCall(at, name.Name, args...)
	} else {
		call = remoteCall(at, b.fallback, "call", args...)
	}
	return &syntax.Fn{At: syntax.At{At: at}, Clauses: []*syntax.Clause{{At: syntax.At{At: at}, Args: args, Body: call}}}
}
