package stdlib

import (
	"streamsplayground/engine/interp"
	"streamsplayground/engine/node"
	"streamsplayground/engine/term"
)

// agentServer is the server behind Agent: its requests are functions of the
// state.
func agentServer(init func(t *interp.Thread) term.Term) serverDef {
	return serverDef{
		init: func(t *interp.Thread) term.Term { return okTuple(init(t)) },
		call: func(t *interp.Thread, req, _, state term.Term) term.Term {
			tag, f, _ := pairOf(req)
			v := applyTo(t, f, state)
			switch {
			case isAtom(tag, "get"):
				return tuple(atomTerm("reply"), v, state)
			case isAtom(tag, "update"):
				return tuple(atomTerm("reply"), term.OK, v)
			}
			if reply, next, ok := pairOf(v); ok {
				return tuple(atomTerm("reply"), reply, next)
			}
			return tuple(atomTerm("stop"), tuple(atomTerm("bad_return_value"), v), state)
		},
		cast: func(t *interp.Thread, req, state term.Term) term.Term {
			_, f, _ := pairOf(req)
			return tuple(atomTerm("noreply"), applyTo(t, f, state))
		},
		info: func(_ *interp.Thread, _, state term.Term) term.Term { return tuple(atomTerm("noreply"), state) },
	}
}

// applyTo calls a function, or the {module, function, arguments} of one, with
// the state first.
func applyTo(t *interp.Thread, f, state term.Term) term.Term {
	mfa, ok := f.(term.Tuple)
	if !ok || len(mfa) != 3 {
		return t.Call(f, state)
	}
	mod, _ := mfa[0].(term.Atom)
	fun, _ := mfa[1].(term.Atom)
	args, _ := mfa[2].(*term.List)
	rest, _ := args.Slice()
	return t.Apply(mod, fun.Name(), append([]term.Term{state}, rest...)...)
}

func agentModule() *interp.NativeModule {
	m := newTextModule("Agent")
	for name, link := range map[string]bool{"start_link": true, "start": false} {
		start := func(c call, opts *term.List, init func(t *interp.Thread) term.Term) term.Term {
			return c.startServer(agentServer(init), opts, link)
		}
		m.def(name, 2, func(c call) term.Term {
			f := c.fun(0, 0)
			return start(c, c.opts(1), func(t *interp.Thread) term.Term { return t.Call(f) })
		}, term.Empty)
		m.def(name, 4, func(c call) term.Term {
			mod, fun, args := c.atom(0), c.atom(1), c.argList(2)
			return start(c, c.opts(3), func(t *interp.Thread) term.Term { return t.Apply(mod, fun.Name(), args...) })
		}, term.Empty)
	}
	five := term.Term(term.Int(5000))
	for _, name := range []string{"get", "update", "get_and_update"} {
		m.def(name, 3, func(c call) term.Term {
			return c.callServer(c.a[0], tuple(atomTerm(name), c.fun(1, 1)), c.millis(2))
		}, five)
		m.def(name, 5, func(c call) term.Term {
			return c.callServer(c.a[0], tuple(atomTerm(name), tuple(c.atom(1), c.atom(2), c.cells(3))), c.millis(4))
		}, five)
	}
	m.def("cast", 2, func(c call) term.Term { return c.castServer(c.a[0], tuple(atomTerm("cast"), c.fun(1, 1))) })
	m.def("cast", 4, func(c call) term.Term {
		return c.castServer(c.a[0], tuple(atomTerm("cast"), tuple(c.atom(1), c.atom(2), c.cells(3))))
	})
	m.def("stop", 3, func(c call) term.Term { return c.stopServer("GenServer") }, node.Normal, atomTerm("infinity"))
	m.def("child_spec", 1, func(c call) term.Term {
		return childSpec(term.NewModule("Agent"), "start_link", c.a[0])
	})
	m.m.Macros = []interp.NativeMacro{useServer()}
	return m.m
}

func childSpec(mod term.Atom, start string, args ...term.Term) *term.Map {
	return term.NewMap(atomTerm("id"), mod, atomTerm("start"), tuple(mod, atomTerm(start), term.NewList(args...)))
}
