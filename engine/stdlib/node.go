package stdlib

import (
	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
)

// nodeModule is Node, on a node that is not part of a cluster.
func nodeModule() *interp.NativeModule {
	m := newTextModule("Node")
	self := atomTerm("nonode@nohost")
	m.def("self", 0, func(call) term.Term { return self })
	m.def("list", 0, func(call) term.Term { return term.Empty })
	m.def("list", 1, func(call) term.Term { return term.Empty })
	m.def("alive?", 0, func(call) term.Term { return term.False })
	m.def("get_cookie", 0, func(call) term.Term { return atomTerm("nocookie") })
	m.def("ping", 1, func(c call) term.Term {
		if c.atom(0) == self {
			return atomTerm("pong")
		}
		return atomTerm("pang")
	})
	m.def("connect", 1, func(c call) term.Term { c.atom(0); return atomTerm("ignored") })
	m.def("disconnect", 1, func(c call) term.Term { c.atom(0); return atomTerm("ignored") })
	notAlive := func(c call) term.Term {
		c.t.RaiseNew("ErlangError", "original", atomTerm("notalive"))
		return nil
	}
	m.def("monitor", 2, notAlive)
	m.def("monitor", 3, notAlive)
	for _, name := range []string{"spawn", "spawn_link", "spawn_monitor"} {
		run := func(c call) term.Term {
			if c.atom(0) != self {
				return c.process().Node().NewPID()
			}
			return c.t.Apply(term.NewModule("Kernel"), name, c.a[1:]...)
		}
		m.def(name, 2, run)
		m.def(name, 4, run)
	}
	return m.m
}
