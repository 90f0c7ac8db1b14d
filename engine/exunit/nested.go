package exunit

import (
	"context"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/node"
	"streamsplayground/engine/term"
)

// runAgain is ExUnit.run/0 and /1: it runs the test modules that were defined
// since the last run, while a test runs, and those that are named.
func runAgain(t *interp.Thread, a []term.Term) term.Term {
	s, p := suiteOf(t), node.Of(t)
	if s == nil {
		raise(t, "ExUnit.run/%d is for tests", len(a))
	}
	names := s.fresh(t.Program())
	if len(a) == 1 {
		for _, v := range elements(a[0]) {
			m, ok := v.(term.Atom)
			if !ok || !t.Program().Exports(m, "__ex_unit__", 1) {
				t.RaiseArgument("%s is not a ExUnit.Case module", inspect(t, v))
			}
			names = append(names, m)
		}
	}
	r := newRunner(s, t.Program(), names)
	if leader := p.GroupLeader(); leader.N != 0 {
		r.leader, r.out = leader, deviceWriter{p.Node(), leader}
	}
	if err := r.run(context.Background()); err != nil {
		raise(t, "%s", err)
	}
	return s.afterSuite(t, r.report.result())
}

// deviceWriter writes to a device of Erlang's I/O protocol, without waiting.
type deviceWriter struct {
	node *node.Node
	pid  term.PID
}

// Write implements io.Writer.
func (w deviceWriter) Write(p []byte) (int, error) {
	put := term.Tuple{atomTerm("put_chars"), atomTerm("unicode"), term.Binary(p)}
	w.node.Send(w.pid, term.Tuple{atomTerm("io_request"), w.node.NewPID(), term.NewRef(), put})
	return len(p), nil
}

// serverModule is what test suites call of ExUnit.Server: all modules are
// loaded when they do.
func serverModule() *interp.NativeModule {
	return &interp.NativeModule{Name: "ExUnit.Server", Funcs: []interp.NativeFunc{
		{Name: "modules_loaded", Arity: 1, Fn: func(*interp.Thread, []term.Term) term.Term { return term.Int(0) }},
	}}
}
