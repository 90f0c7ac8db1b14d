package liveviewtest

import (
	"streamsplayground/engine/interp"
	"streamsplayground/engine/node"
	"streamsplayground/engine/term"
)

// sandbox is Ecto.Adapters.SQL.Sandbox, which the tests of a generated project
// start for each test. There is no database to keep apart.
func sandbox() *interp.NativeModule {
	done := func(*interp.Thread, []term.Term) term.Term { return term.OK }
	owner := func(t *interp.Thread, _ []term.Term) term.Term {
		if p := node.Of(t); p != nil {
			return p.PID()
		}
		return term.Nil
	}
	m := &interp.NativeModule{Name: "Ecto.Adapters.SQL.Sandbox"}
	for _, f := range []struct {
		name     string
		min, max int
		fn       interp.Native
	}{{"start_owner!", 1, 2, owner}, {"stop_owner", 1, 1, done}, {"mode", 2, 2, done}, {"checkout", 1, 2, done}, {"checkin", 1, 2, done}, {"allow", 3, 4, done}} {
		for arity := f.min; arity <= f.max; arity++ {
			m.Funcs = append(m.Funcs, interp.NativeFunc{Name: f.name, Arity: arity, Fn: f.fn})
		}
	}
	return m
}
