package live

import (
	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
)

// rootView is the name under which a script declares the live view that it
// starts.
const rootView = "root_view"

// mix is Mix as a script of one file calls it: what it installs is here
// already, or is named when it is used.
func mix() *interp.NativeModule {
	install := func(*interp.Thread, []term.Term) term.Term { return term.OK }
	return &interp.NativeModule{Name: "Mix", Funcs: []interp.NativeFunc{
		{Name: "install", Arity: 1, Fn: install},
		{Name: "install", Arity: 2, Fn: install},
		{Name: "env", Arity: 0, Fn: func(*interp.Thread, []term.Term) term.Term { return term.NewAtom("dev") }},
	}}
}

// mixProject is Mix.Project as config files and routers call it.
func mixProject() *interp.NativeModule {
	text := func(s string) interp.Native { return func(*interp.Thread, []term.Term) term.Term { return str(s) } }
	return &interp.NativeModule{Name: "Mix.Project", Funcs: []interp.NativeFunc{
		{Name: "build_path", Arity: 0, Fn: text("_build/dev")},
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
	for _, name := range []string{"controller", "endpoint"} {
		if _, ok := term.KeywordGet(opts, term.NewAtom(name)); ok {
			t.RaiseArgument("the option :%s of PhoenixPlayground.start/1 is not part of this playground, only :live is, and :plug with a router", name)
		}
	}
	if plug, ok := term.KeywordGet(opts, term.NewAtom("plug")); ok {
		if router, isAtom := plug.(term.Atom); !isAtom || t.Program().Attribute(router, routesAttribute) == nil {
			t.RaiseArgument("the option :plug of PhoenixPlayground.start/1 takes a module with `use Phoenix.Router` in this playground, got: %s", term.Inspect(plug))
		}
		return term.Tuple{term.OK, term.Nil}
	}
	view, _ := term.KeywordGet(opts, atomLive)
	m, ok := view.(term.Atom)
	if !ok || !t.Program().Exports(m, "__live__", 0) {
		t.RaiseArgument("the option :live of PhoenixPlayground.start/1 expects a live view, got: %s", term.Inspect(a[0]))
	}
	t.Declare(rootView, m)
	return term.Tuple{term.OK, term.Nil}
}
