package stdlib

import "streamsplayground/engine/term"

// globalName is the name of this node under which {:global, name} is kept.
func globalName(v term.Term) term.Atom { return term.NewAtom("$global " + term.Inspect(v)) }

// serverDest returns the process of {name, node}, {:global, name} and {:via,
// module, name}. What names no process stays as it is, so that the exit says
// what was called.
func (c call) serverDest(v term.Term) term.Term {
	x, ok := v.(term.Tuple)
	if !ok {
		return v
	}
	switch {
	case len(x) == 2 && isAtom(x[0], "global"):
		if pid, ok := c.process().Node().Whereis(globalName(x[1])); ok {
			return pid
		}
	case len(x) == 2:
		return x[0]
	case len(x) == 3 && isAtom(x[0], "via"):
		if mod, isModule := x[1].(term.Atom); isModule {
			if pid, isPID := c.t.Apply(mod, "whereis_name", x[2]).(term.PID); isPID {
				return pid
			}
		}
	}
	return v
}

// checkName raises for a :name option that no process can have.
func (c call) checkName(name term.Term) {
	switch x := name.(type) {
	case term.Atom:
		return
	case term.Tuple:
		if len(x) == 2 && isAtom(x[0], "global") {
			return
		}
		if len(x) == 3 && isAtom(x[0], "via") && x[1].Kind() == term.KindAtom {
			return
		}
	}
	c.raiseArgument("expected :name option to be one of the following:\n\n  * nil\n  * atom\n  * {:global, term}\n  * {:via, module, term}\n\nGot: %s\n", c.inspect(name))
}

// register gives a server its name, and returns who has it if it is taken.
func (s *server) register(name term.Term) (holder term.Term, ok bool) {
	n := s.p.Node()
	switch x := name.(type) {
	case term.Atom:
		if x.IsZero() || x == term.Nil || n.Register(s.p.PID(), x) {
			return nil, true
		}
		pid, _ := n.Whereis(x)
		return pid, false
	case term.Tuple:
		if len(x) == 2 {
			return s.register(globalName(x[1]))
		}
		mod, _ := x[1].(term.Atom)
		v, err := s.p.Thread().Run(func() term.Term {
			if s.p.Thread().Apply(mod, "register_name", x[2], s.p.PID()) == term.Term(term.NewAtom("yes")) {
				return term.True
			}
			return s.p.Thread().Apply(mod, "whereis_name", x[2])
		})
		switch {
		case err != nil:
			return exitOf(err), false
		case v != term.Term(term.True):
			return v, false
		}
	}
	return nil, true
}
