package live

import (
	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
)

// rootView is the name under which a script declares the live view that it
// starts.
const rootView = "root_view"

// The names under which it declares a router, and the plug that a router of
// ours gives everything to.
const (
	rootRouter = "root_router"
	rootPlug   = "root_plug"
)

// mix is Mix as a script of one file calls it: what it installs is here
// already, or is named when it is used.
func mix() *interp.NativeModule {
	install := func(*interp.Thread, []term.Term) term.Term { return term.OK }
	return &interp.NativeModule{Name: "Mix", Funcs: []interp.NativeFunc{
		{Name: "install", Arity: 1, Fn: install},
		{Name: "install", Arity: 2, Fn: install},
		{Name: "env", Arity: 0, Fn: mixEnv},
	}}
}

// MixEnv is the name under which a program declares the environment that
// Mix.env/0 and config_env/0 tell; :dev without it.
const MixEnv = "mix_env"

func mixEnv(t *interp.Thread, _ []term.Term) term.Term {
	if env, ok := t.Declared(MixEnv).(term.Atom); ok {
		return env
	}
	return term.NewAtom("dev")
}

// mixProject is Mix.Project as config files and routers call it.
func mixProject() *interp.NativeModule {
	text := func(s string) interp.Native { return func(*interp.Thread, []term.Term) term.Term { return str(s) } }
	return &interp.NativeModule{Name: "Mix.Project", Funcs: []interp.NativeFunc{
		{Name: "build_path", Arity: 0, Fn: func(t *interp.Thread, a []term.Term) term.Term { return str("_build/" + atomName(mixEnv(t, a))) }},
		{Name: "deps_path", Arity: 0, Fn: text("deps")},
		{Name: "config", Arity: 0, Fn: func(*interp.Thread, []term.Term) term.Term { return term.Empty }},
	}}
}

// phoenixPlayground is PhoenixPlayground, with whose start/1 a script ends. The
// live view that it starts is the one at "/".
func phoenixPlayground() *interp.NativeModule {
	return &interp.NativeModule{Name: "PhoenixPlayground", Funcs: []interp.NativeFunc{
		{Name: "start", Arity: 1, Fn: startPlayground},
	}}
}

func startPlayground(t *interp.Thread, a []term.Term) term.Term {
	opts, ok := a[0].(*term.List)
	if !ok {
		t.RaiseArgument("PhoenixPlayground.start/1 expects a keyword list, got: %s", term.Inspect(a[0]))
	}
	for _, name := range []string{"router", "plug", "controller", "endpoint"} {
		if v, ok := term.KeywordGet(opts, term.NewAtom(name)); ok {
			startPlug(t, name, v)
			return term.Tuple{term.OK, term.Nil}
		}
	}
	view, _ := term.KeywordGet(opts, atomLive)
	m, ok := view.(term.Atom)
	if !ok || !t.Program().Exports(m, "__live__", 0) {
		t.RaiseArgument("the option :live of PhoenixPlayground.start/1 expects a live view, got: %s", term.Inspect(a[0]))
	}
	t.Declare(rootView, m)
	return term.Tuple{term.OK, term.Nil}
}

// startPlug notes what answers all requests: a router, a controller with its
// action index, any other plug, or the router of an endpoint.
func startPlug(t *interp.Thread, option string, v term.Term) {
	mod, isModule := v.(term.Atom)
	p := t.Program()
	switch {
	case option == "endpoint":
		if !isModule || !p.Exports(mod, "broadcast!", 3) {
			t.RaiseArgument("the option :endpoint of PhoenixPlayground.start/1 expects a module with `use Phoenix.Endpoint`, got: %s", inspect(t, v))
		}
		return
	case option == "controller":
		if !isModule || !p.Exports(mod, "phoenix_controller_pipeline", 2) {
			t.RaiseArgument("the option :controller of PhoenixPlayground.start/1 expects a module with `use Phoenix.Controller`, got: %s", inspect(t, v))
		}
		t.Declare(rootRouter, term.NewModule("PhoenixPlayground.ControllerRouter"))
	case isModule && p.Attribute(mod, routesAttribute) != nil:
		t.Declare(rootRouter, mod)
		return
	default:
		if !isPlug(p, v) {
			t.RaiseArgument("the option :plug of PhoenixPlayground.start/1 expects a plug: a module with init/1 and call/2, {module, options} or a function, got: %s", inspect(t, v))
		}
		t.Declare(rootRouter, term.NewModule("PhoenixPlayground.PlugRouter"))
	}
	t.Declare(rootPlug, v)
}

func isPlug(p *interp.Program, v term.Term) bool {
	if pair, ok := v.(term.Tuple); ok && len(pair) == 2 {
		v = pair[0]
	}
	if f, ok := v.(*term.Fun); ok {
		return f.Arity == 1 || f.Arity == 2
	}
	mod, ok := v.(term.Atom)
	return ok && p.Exports(mod, "call", 2)
}

// scriptPlug is the plug that a script started.
func scriptPlug(t *interp.Thread, _ []term.Term) term.Term { return orNil(t.Declared(rootPlug)) }
