package live

import (
	"streamsplayground/engine/interp"
	"streamsplayground/engine/source"
	"streamsplayground/engine/syntax"
	"streamsplayground/engine/term"
)

// Modules returns the native modules of LiveView that this package writes in
// Go: Phoenix.LiveView and its JS, Phoenix.LiveComponent, Phoenix.PubSub, the routers,
// and the functions of Phoenix.Component as Phoenix.Component.Native, whose
// use defines them in the module that uses it.
func Modules() []*interp.NativeModule {
	return append(append(RouterModules(),
		&interp.NativeModule{Name: liveView, Funcs: append(liveViewFuncs(), uploadFuncs()...), Macros: append([]interp.NativeMacro{
			{Name: "__using__", Arity: -1, Expand: useLiveView},
			{Name: "on_mount", Arity: 1, Expand: onMount},
		}, asyncMacros()...), Callbacks: viewCallbacks},
		asyncFuncs(),
		&interp.NativeModule{Name: "Phoenix.LiveComponent", Macros: []interp.NativeMacro{
			{Name: "__using__", Arity: -1, Expand: useLiveComponent},
		}, Callbacks: componentCallbacks},
		&interp.NativeModule{Name: "Phoenix.Component.Native", Funcs: nativeComponentFuncs(), Macros: []interp.NativeMacro{
			{Name: "__using__", Arity: -1, Expand: useNative},
		}},
		pubsub(), pubsubSupervisor(), verifiedRoutes(), fileModule(), mime(), phoenixPlayground(), mix(), mixProject(),
	), append(append(htmlModules(), append(builderModules(), endpointMacros(), configModule(), telemetryModule(), viewNatives())...), append(helperModules(), jsModules()...)...)...)
}

// The module attributes in which a module notes what its use declared.
const (
	optsAttribute  = "phoenix_live_opts"
	kindAttribute  = "phoenix_live_kind"
	mountAttribute = "phoenix_live_mount"
)

var (
	kindView      = term.NewAtom("view")
	kindComponent = term.NewAtom("component")
)

// useLiveView expands use Phoenix.LiveView.
func useLiveView(env *interp.Env, call *syntax.Call) (syntax.Node, error) {
	return useModule(env, call, kindView, "LiveView")
}

// useLiveComponent expands use Phoenix.LiveComponent.
func useLiveComponent(env *interp.Env, call *syntax.Call) (syntax.Node, error) {
	return useModule(env, call, kindComponent, "LiveComponent")
}

// useModule notes the options and the kind of a module, and imports what it
// may call.
func useModule(env *interp.Env, call *syntax.Call, kind term.Atom, name string) (syntax.Node, error) {
	if _, ok := env.Module(); !ok {
		return nil, argumentError(call, "use Phoenix.%s is for modules", name)
	}
	opts := term.Empty
	var given syntax.Node
	if len(call.Args) > 0 {
		given = call.Args[len(call.Args)-1]
		v, err := env.Eval(given)
		if err != nil {
			return nil, err
		}
		l, ok := v.(*term.List)
		if !ok {
			return nil, argumentError(given, "use Phoenix.%s expects a keyword list, got: %s", name, term.Inspect(v))
		}
		opts = l
	}
	if v, ok := term.KeywordGet(opts, term.NewAtom("log")); ok {
		if _, isAtom := v.(term.Atom); !isAtom {
			return nil, argumentError(given, ":log expects an atom or false, got: %s", term.Inspect(v))
		}
	}
	if v, ok := term.KeywordGet(opts, atomLayout); ok && v != term.Term(term.False) && !layoutTuple(v) {
		return nil, argumentError(given, ":layout expects a tuple of the form {MyLayouts, :my_template} or false, got: %s", term.Inspect(v))
	}
	env.PutAttribute(optsAttribute, opts)
	env.PutAttribute(kindAttribute, kind)
	env.RegisterAttribute(mountAttribute)
	env.AtEnd(interp.EmbedRender)
	env.Define(interp.NativeFunc{Name: "__live__", Arity: 0, Fn: func(*interp.Thread, []term.Term) term.Term {
		return term.NewMap(atomKind, kind, atomLayout, option(opts, atomLayout, term.False))
	}})
	return useNodes(call, name, opts), nil
}

// useNodes is the code that use stands for:
//
//	import Phoenix.LiveView
//	@behaviour Phoenix.LiveView
//	use Phoenix.Component
func useNodes(call *syntax.Call, behaviour string, opts *term.List) syntax.Node {
	at := syntax.At{At: call.Span()}
	alias := func(segs ...string) syntax.Node {
		return &syntax.Alias{At: at, Segs: append([]string{"Elixir", "Phoenix"}, segs...)}
	}
	use := &syntax.Call{At: at, Name: "use", NameAt: call.Span(), Args: []syntax.Node{alias("Component")}}
	if v, ok := term.KeywordGet(opts, term.NewAtom("global_prefixes")); ok {
		if list, ok := v.(*term.List); ok {
			use.Args = append(use.Args, prefixesNode(at, list))
		}
	}
	return &syntax.Block{At: at, Exprs: []syntax.Node{
		&syntax.Call{At: at, Name: "import", NameAt: call.Span(), Args: []syntax.Node{alias("LiveView")}},
		&syntax.Attr{At: at, Name: "behaviour", Value: alias(behaviour)},
		use,
	}}
}

// prefixesNode is [global_prefixes: ["a", "b"]].
func prefixesNode(at syntax.At, list *term.List) syntax.Node {
	l := &syntax.List{At: at}
	for e := range list.All() {
		if s, ok := e.(term.Binary); ok {
			l.Elems = append(l.Elems, &syntax.String{At: at, Parts: []syntax.Part{{Text: string(s)}}})
		}
	}
	return &syntax.List{At: at, Elems: []syntax.Node{
		&syntax.Tuple{At: at, Sugar: true, Elems: []syntax.Node{&syntax.Atom{At: at, Name: "global_prefixes"}, l}},
	}}
}

// onMount expands on_mount Module and on_mount {Module, argument}.
func onMount(env *interp.Env, call *syntax.Call) (syntax.Node, error) {
	v, err := env.Eval(call.Args[0])
	if err != nil {
		return nil, err
	}
	ok := false
	switch x := v.(type) {
	case term.Atom:
		ok = true
	case term.Tuple:
		ok = len(x) == 2
		if ok {
			_, ok = x[0].(term.Atom)
		}
	}
	if !ok {
		module, _ := env.Module()
		return nil, argumentError(call, "invalid on_mount hook declared in %s.\n\nExpected one of:\n\n    Module\n    {Module, arg}\n\nGot: %s\n",
			term.Inspect(module), term.Inspect(v))
	}
	env.PutAttribute(mountAttribute, v)
	return &syntax.Atom{At: syntax.At{At: call.Span()}, Name: "ok"}, nil
}

// useNative defines the functions of Phoenix.Component that are written in Go.
func useNative(env *interp.Env, call *syntax.Call) (syntax.Node, error) {
	if _, ok := env.Module(); !ok {
		return nil, &source.Diagnostic{Kind: "ArgumentError", Span: call.Span(), Message: "use Phoenix.Component.Native is for modules"}
	}
	for _, f := range nativeComponentFuncs() {
		env.Define(f)
	}
	for _, m := range append(interp.ComponentMacros(), interp.NativeMacro{Name: "__using__", Arity: 1, Expand: useComponent}) {
		env.DefineMacro(m)
	}
	if err := interp.UseComponent(env, term.Empty); err != nil {
		return nil, err
	}
	return importPhoenix(call, "Component", "Native"), nil
}

// nativeComponentFuncs are the functions of Phoenix.Component in Go. The module
// exports them, and imports them to call them itself.
func nativeComponentFuncs() []interp.NativeFunc {
	funcs := append(append(ComponentFuncs(), formFuncs()...), uploadErrorFuncs()...)
	return append(funcs, interp.NativeFunc{Name: "live_component", Arity: 1, Fn: liveComponent})
}

// importPhoenix is import Phoenix.A.B.
func importPhoenix(call *syntax.Call, segs ...string) syntax.Node {
	at := syntax.At{At: call.Span()}
	return &syntax.Call{At: at, Name: "import", NameAt: call.Span(),
		Args: []syntax.Node{&syntax.Alias{At: at, Segs: append([]string{"Elixir", "Phoenix"}, segs...)}}}
}

// useComponent expands use Phoenix.Component.
func useComponent(env *interp.Env, call *syntax.Call) (syntax.Node, error) {
	opts := term.Term(term.Empty)
	if len(call.Args) > 0 {
		v, err := env.Eval(call.Args[len(call.Args)-1])
		if err != nil {
			return nil, err
		}
		opts = v
	}
	if err := interp.UseComponent(env, opts); err != nil {
		return nil, err
	}
	return importPhoenix(call, "Component"), nil
}
