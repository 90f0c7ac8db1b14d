package stdlib

import (
	"time"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/term"
)

// sysModule is :sys: what looks into a server process from outside.
func sysModule() *interp.NativeModule {
	m := erlangModule("sys")
	for arity := 1; arity <= 2; arity++ {
		m.def("get_state", arity, func(c call) term.Term { return sysCall(c, "get_state", atomTerm("get_state"), 1) })
		m.def("replace_state", arity+1, func(c call) term.Term {
			return sysCall(c, "replace_state", tuple(atomTerm("replace_state"), c.a[1]), 2)
		})
		m.def("terminate", arity+1, func(c call) term.Term {
			return sysCall(c, "terminate", tuple(atomTerm("terminate"), c.a[1]), 2)
		})
	}
	return m.m
}

// sysCall sends a system message. Argument i is how long to wait, if it is
// there.
func sysCall(c call, name string, request term.Term, i int) term.Term {
	timeout := 5 * time.Second
	if i < len(c.a) {
		timeout = c.millis(i)
	}
	reply, reason := c.process().System(c.a[0], request, timeout)
	if reason != nil {
		if name == "terminate" {
			return term.OK
		}
		c.t.Exit(tuple(reason, tuple(atomTerm("sys"), atomTerm(name), term.NewList(c.a...))))
	}
	if x, ok := reply.(term.Tuple); ok && len(x) == 2 && isAtom(x[0], "ok") {
		return x[1]
	}
	return reply
}
