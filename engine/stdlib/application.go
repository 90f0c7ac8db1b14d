package stdlib

import (
	"streamsplayground/engine/interp"
	"streamsplayground/engine/syntax"
	"streamsplayground/engine/term"
)

// applicationModule is Application as far as one node with one project has
// use for it: the behaviour, whose start/2 runs before pages are served, and
// an environment in which nothing is configured.
func applicationModule() *interp.NativeModule {
	m := newTextModule("Application")
	m.def("get_env", 3, func(c call) term.Term { return c.a[2] }, term.Nil)
	m.def("get_all_env", 1, func(c call) term.Term { return term.Empty })
	m.def("spec", 2, func(c call) term.Term {
		vsn, ok := versions[c.atom(0).Name()]
		if !ok || c.a[1] != term.Term(term.NewAtom("vsn")) {
			return term.Nil
		}
		return charlist(vsn)
	})
	m.def("fetch_env", 2, func(c call) term.Term { return term.Err })
	m.def("fetch_env!", 2, func(c call) term.Term {
		c.t.RaiseArgument("could not fetch application environment %s for application %s because the application was not loaded nor configured",
			term.Inspect(c.a[1]), term.Inspect(c.a[0]))
		return nil
	})
	m.def("ensure_all_started", 2, func(c call) term.Term { return okTuple(term.Empty) }, term.NewAtom("temporary"))
	m.m.Macros = []interp.NativeMacro{{Name: "__using__", Arity: -1, Expand: useApplication}}
	return m.m
}

// versions are those of the applications whose behaviour the engine has; pages
// show them.
var versions = map[string]string{"elixir": "1.18.4", "phoenix": "1.8.16", "phoenix_live_view": "1.2.10"}

// useApplication expands use Application: the behaviour, and stop/1.
func useApplication(env *interp.Env, call *syntax.Call) (syntax.Node, error) {
	env.Define(interp.NativeFunc{Name: "stop", Arity: 1, Fn: func(_ *interp.Thread, _ []term.Term) term.Term { return term.OK }})
	at := syntax.At{At: call.Span()}
	return &syntax.Attr{At: at, Name: "behaviour", Value: &syntax.Alias{At: at, Segs: []string{"Application"}}}, nil
}
